import { beforeEach, describe, expect, test } from 'vitest';
import { HELLO, startTestShell, type TestShell } from '../../../../test/support/test-shell.ts';

let at: TestShell;
beforeEach(async () => {
  at = await startTestShell({ applied: true });
});
const type = async (line: string) => (await at.type(line)).output;

describe('kubectl port-forward', () => {
  test('reaches a Service’s target port from this computer, until it is killed', async () => {
    const output = await type(
      'kubectl port-forward svc/hello 8080:80 & sleep 1; curl -s localhost:8080; kill %1',
    );
    expect(output).toMatch(
      /^\[1\] 1001\nForwarding from 127\.0\.0\.1:8080 -> 8080\nHandling connection for 8080\nHello, world!/,
    );
    expect((await at.type('curl -s localhost:8080')).status).toBe(7);
  });

  test('is lost when nothing listens in the pod', async () => {
    const output = await type('kubectl port-forward pod/client 9000 & curl -sS localhost:9000; sleep 2');
    expect(output).toContain('dial tcp4 127.0.0.1:9000: connect: connection refused');
    expect(output).toContain('error: lost connection to pod');
    expect(output).toContain('curl: (52) Empty reply from server');
  });

  test.each([
    ['kubectl port-forward svc/hello 81', 'error: Service hello does not have a service port 81\n'],
    ['kubectl port-forward svc/hello web', "error: Service 'hello' does not have a named port 'web'\n"],
    ['kubectl port-forward pod/nope 80', 'Error from server (NotFound): pods "nope" not found\n'],
  ])('%s', async (line, output) => {
    expect(await type(line)).toBe(output);
  });
});

describe('kubectl debug', () => {
  test('adds an ephemeral container in the pod’s own network', async () => {
    const pod = (await type('kubectl get pods -l app=hello -o jsonpath={.items[0].metadata.name}')).trim();
    const output = await type(`kubectl debug -it ${pod} --image=nicolaka/netshoot -- hostname -i`);
    const address = await type(`kubectl get pod ${pod} -o jsonpath={.status.podIP}`);
    expect(output).toContain('Defaulting debug container name to debugger-');
    expect(output).toContain(address);
    expect(await type(`kubectl get pod ${pod} -o jsonpath={.spec.ephemeralContainers[*].image}`)).toBe(
      'nicolaka/netshoot',
    );
  });

  test('stands on a node with the node’s own addresses', async () => {
    const output = await type(
      'kubectl debug node/node-1 -it --image=nicolaka/netshoot -- ip -br addr show eth0',
    );
    expect(output).toContain('Creating debugging pod node-debugger-node-1-');
    expect(output).toContain('10.0.0.11/24');
  });
});

describe('kubectl drain', () => {
  test('stops at pods that nobody would make again, and at DaemonSets', async () => {
    const node = await type('kubectl get pod client -o jsonpath={.spec.nodeName}');
    const { output, status } = await at.type(`kubectl drain ${node}`);
    expect(output).toContain(
      `node/${node} cordoned\nerror: unable to drain node "${node}" due to error: [cannot delete `,
    );
    expect(output).toContain('Pods that declare no controller (use --force to override): default/client');
    expect(output).toContain(
      'DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/kube-proxy-',
    );
    expect(status).toBe(1);
  });

  test('evicts all else, and the pods come up elsewhere', async () => {
    const output = await type('kubectl drain node-2 --ignore-daemonsets --force');
    expect(output).toContain('Warning: ignoring DaemonSet-managed Pods: kube-system/kube-proxy-');
    expect(output).toMatch(/evicting pod .*\n(?:.*\n)*pod\/.* evicted\n(?:.*\n)*node\/node-2 drained\n$/);
    expect(await type('kubectl get pods -l app=hello -o jsonpath={.items[*].spec.nodeName}')).toBe(
      'node-1 node-1',
    );
  });
});

describe('kubectl diff', () => {
  test('shows what apply would change, and says so by its status', async () => {
    at.files.set('hello.yaml', HELLO.replace('replicas: 2', 'replicas: 3'));
    const { output, status } = await at.type('kubectl diff -f hello.yaml');
    expect(output).toMatch(
      /^diff -u -N \/tmp\/LIVE-\d+\/apps\.v1\.Deployment\.default\.hello \/tmp\/MERGED-\d+\//,
    );
    expect(output).toContain('\n-  replicas: 2\n+  replicas: 3\n');
    expect(status).toBe(1);
    expect((await at.type('kubectl diff -f nope.yaml')).status).toBe(2);
  });
});

describe('kubectl logs', () => {
  test('follows a container until it ends', async () => {
    const { output, status } = await at.type(
      'kubectl run talk --image=busybox --restart=Never -- sleep 3; sleep 1; kubectl logs -f talk',
    );
    expect(output).toBe('pod/talk created\n');
    expect(status).toBe(0);
  });

  test('shows times, and only what is new enough', async () => {
    await type('sleep 100');
    expect(await type('kubectl logs deploy/hello --timestamps --tail=1')).toMatch(
      /^Found 2 pods, using pod\/hello-\S+\n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /,
    );
    expect(await type('kubectl logs -l app=hello --since=10s')).toBe('');
  });
});

describe('kubectl get -w', () => {
  test('prints a line for every change, in the columns of the table before', async () => {
    const output = await type(
      'kubectl get deploy -w & sleep 1; kubectl scale deploy hello --replicas=3; sleep 5; kill %1',
    );
    expect(output).toMatch(/hello {3}2\/2 {5}2 {12}2 {11}\d+s\ndeployment.apps\/hello scaled\nhello {3}2\/3/);
    expect(output).toMatch(/hello {3}3\/3 {5}3 {12}3/);
  });
});

describe('kubectl rollout', () => {
  test('brings a DaemonSet’s earlier form back', async () => {
    const image = () => type('kubectl get ds kube-proxy -n kube-system -o jsonpath={..containers[0].image}');
    const before = await image();
    await type('kubectl set image ds/kube-proxy kube-proxy=example.com/other:1 -n kube-system');
    expect(await image()).toBe('example.com/other:1');
    expect(await type('kubectl rollout undo ds/kube-proxy -n kube-system')).toBe(
      'daemonset.apps/kube-proxy rolled back\n',
    );
    expect(await image()).toBe(before);
  });

  test('shows one revision', async () => {
    expect(await type('kubectl rollout history deploy/hello --revision=1')).toContain(
      'deployment.apps/hello with revision #1\nPod Template:\n  Labels:\tapp=hello\n\tpod-template-hash=',
    );
  });
});

describe('kubectl edit', () => {
  test('runs the editor that KUBE_EDITOR names', async () => {
    expect(await type("KUBE_EDITOR='sed -i s/replicas:.2/replicas:\\ 4/' kubectl edit deploy hello")).toBe(
      'deployment.apps/hello edited\n',
    );
    expect(await type('kubectl get deploy hello -o jsonpath={.spec.replicas}')).toBe('4');
  });

  test.each([
    ['kubectl edit svc hello', 'error: unable to launch the editor "vi"\n'],
    ['KUBE_EDITOR=true kubectl edit svc hello', 'Edit cancelled, no changes made.\n'],
  ])('%s', async (line, output) => {
    expect(await type(line)).toBe(output);
  });
});

test.each([
  ['kubectl -n default rollout restart deploy hello', 'deployment.apps/hello restarted\n'],
  ['kubectl rollout -n default restart deploy hello', 'deployment.apps/hello restarted\n'],
  ['kubectl --namespace=default set image deploy/hello hello=nginx', 'deployment.apps/hello image updated\n'],
  ['kubectl -n default create configmap one', 'configmap/one created\n'],
  ['kubectl -n default auth can-i get pods', 'yes\n'],
])('global flags may stand before a verb and before what it does: %s', async (line, output) => {
  expect(await type(line)).toBe(output);
});

test('an image is set beside ports that share their number', async () => {
  expect(
    await type(
      'kubectl -n kube-system set image deploy/coredns coredns=registry.k8s.io/coredns/coredns:v1.14.1',
    ),
  ).toBe('deployment.apps/coredns image updated\n');
  expect(
    await type(
      'kubectl -n kube-system get deploy coredns -o jsonpath={.spec.template.spec.containers[0].ports[*].name}',
    ),
  ).toBe('dns dns-tcp metrics liveness-probe readiness-probe');
});
