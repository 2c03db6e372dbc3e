import { describe, expect, test } from 'vitest';
import { type ControlPlane, createControlPlane } from '../testing/control-plane.ts';

function setReady(plane: ControlPlane, node: string, status: 'True' | 'False' | 'Unknown'): void {
  const current = plane.get('nodes', node, '');
  plane.api.updateStatus('nodes', {
    ...current,
    status: { ...current.status, conditions: [{ type: 'Ready', status }] },
  });
  plane.settle();
}

function withPods(): ControlPlane {
  const plane = createControlPlane({ nodes: 3 });
  plane.api.create('replicasets', {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      },
    },
  });
  plane.settle();
  return plane;
}

const onNode = (plane: ControlPlane, node: string) =>
  plane.pods().filter((pod) => pod.spec.nodeName === node && !pod.metadata.deletionTimestamp);

describe('a node that is not ready', () => {
  test('is tainted, its pods are no endpoints at once and are evicted after five minutes', () => {
    const plane = withPods();
    const [pod] = onNode(plane, 'node-1');
    setReady(plane, 'node-1', 'Unknown');
    expect(plane.get('nodes', 'node-1', '').spec.taints).toMatchObject([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ]);
    expect(plane.get('pods', pod?.metadata.name ?? '').status?.conditions).toMatchObject([
      { type: 'Ready', status: 'False' },
    ]);
    plane.clock.advance(299_000);
    expect(onNode(plane, 'node-1').map(({ metadata }) => metadata.name)).toContain(pod?.metadata.name);
    plane.clock.advance(2000);
    expect(onNode(plane, 'node-1').map(({ metadata }) => metadata.name)).not.toContain(pod?.metadata.name);
    expect(plane.events()).toContain(
      `TaintManagerEviction: Marking for deletion Pod default/${pod?.metadata.name}`,
    );
  });

  test('keeps its pods when it comes back in time', () => {
    const plane = withPods();
    const before = onNode(plane, 'node-1').map(({ metadata }) => metadata.name);
    setReady(plane, 'node-1', 'False');
    plane.clock.advance(60_000);
    setReady(plane, 'node-1', 'True');
    expect(plane.get('nodes', 'node-1', '').spec.taints ?? []).toEqual([]);
    plane.clock.advance(400_000);
    expect(onNode(plane, 'node-1').map(({ metadata }) => metadata.name)).toEqual(before);
  });

  test('does not lose its pods when all nodes are lost together', () => {
    const plane = withPods();
    for (const node of ['node-1', 'node-2', 'node-3']) {
      const current = plane.get('nodes', node, '');
      plane.api.updateStatus('nodes', {
        ...current,
        status: { ...current.status, conditions: [{ type: 'Ready', status: 'Unknown' }] },
      });
    }
    plane.settle();
    expect(plane.get('nodes', 'node-1', '').spec.taints).toMatchObject([{ effect: 'NoSchedule' }]);
  });
});

describe('a node that falls silent', () => {
  const ready = (plane: ControlPlane) =>
    plane.get('nodes', 'node-1', '').status?.conditions?.find(({ type }) => type === 'Ready');

  test('is not known any more after 50 seconds, and loses its pods five minutes later', () => {
    const plane = withPods();
    const [pod] = onNode(plane, 'node-1');
    plane.silence('node-1');
    plane.clock.advance(45_000);
    expect(ready(plane)?.status).toBe('True');
    plane.clock.advance(20_000);
    expect(ready(plane)).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    });
    plane.settle();
    expect(plane.get('nodes', 'node-1', '').spec.taints).toMatchObject([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ]);
    expect(plane.events()).toContain('NodeNotReady: Node node-1 status is now: NodeNotReady');
    plane.clock.advance(301_000);
    expect(onNode(plane, 'node-1').map(({ metadata }) => metadata.name)).not.toContain(pod?.metadata.name);
  });

  test('stays as it is while its Lease is renewed, however long it writes no status', () => {
    const plane = withPods();
    plane.clock.advance(3_600_000);
    expect(ready(plane)?.status).toBe('True');
  });
});

test('a cordoned node gets the taint that says so', () => {
  const plane = createControlPlane();
  plane.api.patch('nodes', '', 'node-1', 'merge', { spec: { unschedulable: true } });
  plane.settle();
  expect(plane.get('nodes', 'node-1', '').spec.taints).toMatchObject([
    { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
  ]);
});

test('pods of a node that is deleted are removed after 40 seconds', () => {
  const plane = withPods();
  plane.api.delete('nodes', '', 'node-1');
  plane.settle();
  expect(onNode(plane, 'node-1')).toHaveLength(1);
  plane.clock.advance(41_000);
  expect(onNode(plane, 'node-1')).toHaveLength(0);
});

test('nodes get pod ranges in the order in which they come', () => {
  const plane = createControlPlane({ nodes: 3 });
  expect(plane.api.list('nodes').map(({ spec }) => spec.podCIDR)).toEqual([
    '100.96.0.0/24',
    '100.96.1.0/24',
    '100.96.2.0/24',
  ]);
});

test('a namespace gets its ServiceAccount and its certificate, and takes all that is in it along when it goes', () => {
  const plane = createControlPlane();
  plane.api.create('namespaces', { metadata: { name: 'shop' } });
  plane.api.create('replicasets', {
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web' }] },
      },
    },
  });
  plane.settle();
  expect(plane.names('serviceaccounts', 'shop')).toEqual(['default']);
  expect(plane.names('configmaps', 'shop')).toEqual(['kube-root-ca.crt']);
  plane.api.delete('namespaces', '', 'shop');
  expect(plane.get('namespaces', 'shop', '').status?.phase).toBe('Terminating');
  plane.settle();
  expect(plane.api.get('namespaces', '', 'shop').ok).toBe(false);
  expect(plane.names('pods', 'shop')).toEqual([]);
});
