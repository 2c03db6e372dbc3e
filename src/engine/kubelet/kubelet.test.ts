import { describe, expect, test } from 'vitest';
import { createNode } from './testing/node.ts';

describe('a kubelet', () => {
  test('registers its node as Ready', () => {
    const { api } = createNode();
    const node = api.get('nodes', '', 'node-1');
    expect(node.ok && node.object.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual(
      ['MemoryPressure=False', 'DiskPressure=False', 'PIDPressure=False', 'Ready=True'],
    );
  });

  test('shows ContainerCreating before a container runs', () => {
    const { create, clock, pod } = createNode();
    create('web', { containers: [{ name: 'web', image: 'nginx:1.29' }] });
    clock.advance(300);
    expect(pod('web').status?.phase).toBe('Pending');
    expect(pod('web').status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating');
    clock.settle(60_000);
    expect(pod('web').status?.phase).toBe('Running');
    expect(pod('web').status?.podIP).toBe('100.96.1.2');
    expect(pod('web').status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  });

  test('writes the events of a container in their order', () => {
    const { create, clock, events } = createNode();
    create('web', { containers: [{ name: 'web', image: 'nginx:1.29' }] });
    clock.settle(60_000);
    expect(events('web').map((event) => event.split(':')[0])).toEqual([
      'Pulling',
      'Pulled',
      'Created',
      'Started',
    ]);
    expect(events('web')).toContain('Created: Container created');
    create('second', { containers: [{ name: 'web', image: 'nginx:1.29' }] });
    clock.settle(60_000);
    expect(events('second')[0]).toBe(
      'Pulled: Container image "nginx:1.29" already present on machine and can be accessed by the pod',
    );
  });

  test('backs off from an image that does not exist, with the registry’s words', () => {
    const { create, clock, pod, events } = createNode();
    create('typo', { containers: [{ name: 'web', image: 'nginx:does-not-exist' }] });
    clock.settle(60_000);
    const waiting = pod('typo').status?.containerStatuses?.[0]?.state?.waiting;
    expect(waiting?.reason).toBe('ImagePullBackOff');
    expect(events('typo')).toContain(
      'Failed: Failed to pull image "nginx:does-not-exist": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": failed to resolve image: docker.io/library/nginx:does-not-exist: not found',
    );
  });

  test('restarts at once, then after 10 s, 20 s, 40 s', () => {
    const { create, clock, pod, events } = createNode();
    create('crash', {
      containers: [{ name: 'c', image: 'busybox:1.37', command: ['sh', '-c', 'echo oops; exit 3'] }],
    });
    clock.settle(60_000);
    const status = () => pod('crash').status?.containerStatuses?.[0];
    expect(status()?.restartCount).toBe(1);
    expect(status()?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(status()?.state?.waiting?.message).toMatch(
      /^back-off 10s restarting failed container=c pod=crash_default\(/,
    );
    expect(status()?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
    clock.advance(11_000);
    expect(status()?.restartCount).toBe(2);
    expect(status()?.state?.waiting?.message).toContain('back-off 20s');
    clock.advance(21_000);
    expect(status()?.state?.waiting?.message).toContain('back-off 40s');
    expect(pod('crash').status?.phase).toBe('Running');
    expect(
      events('crash').some((event) =>
        event.startsWith('BackOff: Back-off restarting failed container c in pod crash_default('),
      ),
    ).toBe(true);
  });

  test('two servers on one port in one pod: the second fails as bind() fails', () => {
    const { create, clock, kubelet, pod } = createNode();
    create('clash', {
      containers: [
        { name: 'a', image: 'nginx:1.29' },
        { name: 'b', image: 'nginx:1.29' },
      ],
    });
    clock.settle(60_000);
    const statuses = pod('clash').status?.containerStatuses ?? [];
    const crashed = statuses.find(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
    expect(statuses.filter(({ state }) => state?.running)).toHaveLength(1);
    expect(kubelet.logs('default', 'clash', crashed!.name)?.text()).toContain(
      'bind() to 0.0.0.0:80 failed (98: Address already in use)',
    );
  });

  test('a failing liveness probe restarts the container, and says why', () => {
    const { create, clock, pod, events } = createNode();
    create('sick', {
      containers: [
        {
          name: 'web',
          image: 'nginx:1.29',
          livenessProbe: { httpGet: { path: '/health', port: 80 }, periodSeconds: 1, failureThreshold: 2 },
        },
      ],
    });
    clock.settle(60_000);
    clock.advance(5000);
    expect(events('sick')).toContain(
      'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404',
    );
    expect(events('sick')).toContain('Killing: Container web failed liveness probe, will be restarted');
    expect(pod('sick').status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
  });

  test('a readiness probe decides whether the pod is Ready', () => {
    const { create, clock, pod, events } = createNode();
    create('slow', {
      containers: [
        {
          name: 'c',
          image: 'busybox:1.37',
          command: ['sh', '-c', 'sleep 12; touch /tmp/ready; sleep infinity'],
          readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 5, failureThreshold: 2 },
        },
      ],
    });
    clock.settle(60_000);
    const ready = () => pod('slow').status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready()).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [c]',
    });
    expect(events('slow').some((event) => event.startsWith('Unhealthy: Readiness probe failed: cat: '))).toBe(
      true,
    );
    clock.advance(15_000);
    expect(ready()?.status).toBe('True');
  });

  test('init containers run one after the other before the others', () => {
    const { create, clock, pod } = createNode();
    create('steps', {
      initContainers: [
        { name: 'one', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 3'] },
        { name: 'proxy', image: 'nginx:1.29', restartPolicy: 'Always' },
        { name: 'two', image: 'busybox:1.37', command: ['sh', '-c', 'sleep 3'] },
      ],
      containers: [{ name: 'app', image: 'gcr.io/google-samples/hello-app:1.0' }],
    });
    clock.advance(3000);
    expect(pod('steps').status?.conditions?.find(({ type }) => type === 'Initialized')?.message).toBe(
      'containers with incomplete status: [one proxy two]',
    );
    expect(pod('steps').status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('PodInitializing');
    clock.settle(60_000);
    expect(pod('steps').status?.phase).toBe('Running');
    expect(
      pod('steps').status?.initContainerStatuses?.map(({ state }) => Object.keys(state ?? {})[0]),
    ).toEqual(['terminated', 'running', 'terminated']);
  });

  test('a pod that is to end once: Succeeded or Failed, and its network is taken away', () => {
    const { create, clock, pod, addresses } = createNode();
    create('good', {
      restartPolicy: 'Never',
      containers: [{ name: 'c', image: 'busybox', command: ['true'] }],
    });
    create('bad', {
      restartPolicy: 'Never',
      containers: [{ name: 'c', image: 'busybox', command: ['false'] }],
    });
    clock.settle(60_000);
    expect(pod('good').status?.phase).toBe('Succeeded');
    expect(pod('good').status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted',
    });
    expect(pod('bad').status?.phase).toBe('Failed');
    expect(addresses.size).toBe(0);
  });

  test('deleting: a server that handles SIGTERM is gone at once, sleep as process 1 takes the whole grace period', () => {
    const { api, create, clock, events } = createNode();
    create('web', { containers: [{ name: 'web', image: 'nginx:1.29' }] });
    create('sleeper', { containers: [{ name: 'c', image: 'busybox', command: ['sleep', 'infinity'] }] });
    clock.settle(60_000);
    api.delete('pods', 'default', 'web');
    api.delete('pods', 'default', 'sleeper');
    clock.advance(1000);
    expect(api.get('pods', 'default', 'web').ok).toBe(false);
    expect(api.get('pods', 'default', 'sleeper').ok).toBe(true);
    expect(events('sleeper')).toContain('Killing: Stopping container c');
    clock.advance(30_000);
    expect(api.get('pods', 'default', 'sleeper').ok).toBe(false);
  });

  test('preStop runs before SIGTERM', () => {
    const { api, create, clock } = createNode();
    create('web', {
      containers: [{ name: 'web', image: 'nginx:1.29', lifecycle: { preStop: { sleep: { seconds: 5 } } } }],
    });
    clock.settle(60_000);
    api.delete('pods', 'default', 'web');
    clock.advance(4500);
    expect(api.get('pods', 'default', 'web').ok).toBe(true);
    clock.advance(1500);
    expect(api.get('pods', 'default', 'web').ok).toBe(false);
  });

  test('a missing key of a ConfigMap is a CreateContainerConfigError, and goes away when the key comes', () => {
    const { api, create, clock, pod } = createNode();
    create('env', {
      containers: [
        {
          name: 'c',
          image: 'nginx',
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }],
        },
      ],
    });
    clock.settle(60_000);
    expect(pod('env').status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "settings" not found',
    });
    api.create('configmaps', { metadata: { name: 'settings', namespace: 'default' }, data: { a: '1' } });
    clock.advance(10_000);
    expect(pod('env').status?.phase).toBe('Running');
  });

  test('a container sees its files, its variables and its name', () => {
    const { api, create, clock, kubelet } = createNode();
    api.create('configmaps', {
      metadata: { name: 'page', namespace: 'default' },
      data: { 'index.html': 'hi' },
    });
    create('web', {
      hostname: 'shop',
      subdomain: 'front',
      hostAliases: [{ ip: '192.0.2.7', hostnames: ['db'] }],
      containers: [
        {
          name: 'web',
          image: 'nginx',
          env: [
            { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            { name: 'URL', value: 'http://$(IP)/$(NOPE)' },
          ],
          volumeMounts: [{ name: 'page', mountPath: '/usr/share/nginx/html' }],
        },
      ],
      volumes: [{ name: 'page', configMap: { name: 'page' } }],
    });
    clock.settle(60_000);
    const entered = kubelet.exec('default', 'web');
    if (!entered?.ok) throw new Error('cannot enter');
    const { context } = entered;
    expect(context.hostname).toBe('shop');
    expect(context.env).toMatchObject({
      IP: '100.96.1.2',
      URL: 'http://100.96.1.2/$(NOPE)',
      KUBERNETES_SERVICE_HOST: '100.64.0.1',
    });
    expect(context.readFile('/usr/share/nginx/html/index.html')).toBe('hi');
    expect(context.readFile('/etc/resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 100.64.0.10\noptions ndots:5\n',
    );
    expect(context.readFile('/etc/hosts')).toContain(
      '100.96.1.2\tshop.front.default.svc.cluster.local\tshop\n\n# Entries added by HostAliases.\n192.0.2.7\tdb\n',
    );
    expect(context.readDirectory('/usr/share/nginx')).toEqual(['html']);
  });

  test('exec and logs say what kubectl says', () => {
    const { create, clock, kubelet } = createNode();
    create('web', { containers: [{ name: 'web', image: 'nginx:does-not-exist' }] });
    clock.settle(60_000);
    expect(kubelet.exec('default', 'web')).toEqual({
      ok: false,
      message: 'error: Internal error occurred: unable to upgrade connection: container not found ("web")',
    });
    expect(kubelet.logs('default', 'web', 'web')).toBeUndefined();
    expect(kubelet.exec('default', 'other')).toBeUndefined();
  });
});
