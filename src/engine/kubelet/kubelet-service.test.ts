import { describe, expect, test } from 'vitest';
import { createNode } from './testing/node.ts';

const ready = (node: ReturnType<typeof createNode>, name: string) =>
  node.pod(name).status?.conditions?.find(({ type }) => type === 'Ready')?.status;

describe('a node whose kubelet is stopped', () => {
  test('renews no Lease, and starts nothing that is bound to it', () => {
    const node = createNode();
    const renewed = () => {
      const lease = node.api.get('leases', 'kube-node-lease', 'node-1');
      return lease.ok ? lease.object.spec?.renewTime : undefined;
    };
    node.clock.advance(10_000);
    const last = renewed();
    node.kubelet.service.stop();
    node.create('web', { containers: [{ name: 'web', image: 'nginx' }] });
    node.clock.advance(60_000);
    expect(renewed()).toBe(last);
    expect(node.pod('web').status?.phase).toBe('Pending');
    node.kubelet.service.start();
    node.clock.settle(60_000);
    expect(renewed()).not.toBe(last);
    expect(node.pod('web').status?.phase).toBe('Running');
  });

  test('still has its containers; what was deleted meanwhile stops when the kubelet is back', () => {
    const node = createNode();
    node.create('web', { containers: [{ name: 'web', image: 'nginx' }] });
    node.clock.settle(60_000);
    expect(ready(node, 'web')).toBe('True');
    const isOpen = (place: string) => node.sockets.has(place);
    expect(isOpen('node-1 tcp 10250')).toBe(true);
    node.kubelet.service.stop();
    expect(isOpen('node-1 tcp 10250')).toBe(false);
    node.api.delete('pods', 'default', 'web');
    node.clock.advance(120_000);
    expect(isOpen('default/web tcp 80')).toBe(true);
    expect(node.pod('web').metadata.deletionTimestamp).toBeDefined();
    expect(node.kubelet.exec('default', 'web')).toBeUndefined();
    node.kubelet.service.start();
    node.clock.settle(60_000);
    expect(node.api.get('pods', 'default', 'web').ok).toBe(false);
    expect(isOpen('default/web tcp 80')).toBe(false);
    expect(isOpen('node-1 tcp 10250')).toBe(true);
  });
});

describe('a container that reads a terminal', () => {
  test('waits until whoever is attached leaves, and ends with their status', () => {
    const node = createNode();
    node.create('shell', {
      restartPolicy: 'Never',
      containers: [{ name: 'shell', image: 'busybox', stdin: true, stdinOnce: true, tty: true }],
    });
    node.clock.settle(60_000);
    expect(node.pod('shell').status?.phase).toBe('Running');
    const attached = node.kubelet.attach('default', 'shell', 'shell');
    if (!attached?.ok) throw new Error('not attached');
    attached.exit(3);
    node.clock.settle(60_000);
    expect(node.pod('shell').status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 3 } } }],
    });
  });
});

describe('an ephemeral container', () => {
  test('joins a pod that runs, and stays as it is from then on', () => {
    const node = createNode();
    node.create('web', { containers: [{ name: 'web', image: 'nginx' }] });
    node.clock.settle(60_000);
    const debug = (image: string) =>
      node.api.patch(
        'pods',
        'default',
        'web',
        'strategic',
        { spec: { ephemeralContainers: [{ name: 'debug', image, stdin: true, tty: true }] } },
        { subresource: 'ephemeralcontainers' },
      );
    expect(debug('busybox').ok).toBe(true);
    node.clock.settle(60_000);
    expect(node.pod('web').status).toMatchObject({
      ephemeralContainerStatuses: [{ name: 'debug', state: { running: {} } }],
    });
    expect(node.kubelet.exec('default', 'web', 'debug')).toMatchObject({ ok: true });
    const changed = debug('alpine');
    expect(changed.ok ? '' : changed.status.message).toContain(
      'existing ephemeral containers "debug" may not be changed',
    );
  });
});

test('a log tells when each line began', () => {
  const node = createNode();
  node.create('talk', {
    restartPolicy: 'Never',
    containers: [
      { name: 'talk', image: 'busybox', command: ['sh', '-c', 'echo one; echo two; sleep 5; echo three'] },
    ],
  });
  node.clock.settle(60_000);
  const lines = node.kubelet.logs('default', 'talk', 'talk')?.lines() ?? [];
  expect(lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  const [first, second, third] = lines.map(({ time }) => Date.parse(time));
  expect(second! - first!).toBe(0);
  expect(third! - second!).toBe(5000);
  expect(lines[0]!.time).toMatch(/^2026-01-01T00:00:\d\d\.\d{9}Z$/);
});

test('the previous log is that of the newest run that has ended', () => {
  const node = createNode();
  const command = ['sh', '-c', 'date +%s; sleep 5; exit 1'];
  node.create('crash', { containers: [{ name: 'crash', image: 'busybox', command }] });
  const log = (previous: boolean) => node.kubelet.logs('default', 'crash', 'crash', previous)?.text();
  const status = () => node.pod('crash').status?.containerStatuses?.[0];
  node.clock.advance(3000);
  expect(status()?.state?.running).toBeDefined();
  const first = log(false);
  expect(log(true)).toBeUndefined();
  node.clock.advance(5000);
  expect(status()?.restartCount).toBe(1);
  expect(log(true)).toBe(first);
  const second = log(false);
  expect(second).not.toBe(first);
  node.clock.advance(6000);
  expect(status()?.state?.waiting?.reason).toBe('CrashLoopBackOff');
  expect(log(true)).toBe(second);
  expect(log(false)).toBe(second);
});

describe('an image’s docker-entrypoint.sh becomes what its arguments say', () => {
  const run = (image: string, args?: readonly string[]) => {
    const node = createNode();
    node.create('one', {
      restartPolicy: 'Never',
      containers: [{ name: 'one', image, ...(args && { args }) }],
    });
    node.clock.settle(60_000);
    return {
      processes: Array.from(node.sockets)
        .filter(([place]) => place.startsWith('default/one '))
        .map(([, { process }]) => process),
      log: node.kubelet.logs('default', 'one', 'one')?.text(),
      exitCode: node.pod('one').status?.containerStatuses?.[0]?.state?.terminated?.exitCode,
    };
  };

  test.each([
    ['nginx', undefined, 'nginx'],
    ['redis', undefined, 'redis-server'],
    ['redis', ['--port', '7000'], 'redis-server'],
  ])('%s %j: %s has the socket', (image, args, process) => {
    expect(run(image, args).processes).toEqual([process]);
  });

  test('a shell instead of the server', () => {
    expect(run('nginx', ['sh', '-c', 'echo hi'])).toEqual({ processes: [], log: 'hi\n', exitCode: 0 });
  });

  test('a program that is not there', () => {
    expect(run('nginx', ['nope'])).toEqual({
      processes: [],
      log: '/docker-entrypoint.sh: exec: nope: not found\n',
      exitCode: 127,
    });
  });
});
