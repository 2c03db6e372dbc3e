import { describe, expect, test } from 'vitest';
import type { DaemonSet } from '../../api/index.ts';
import { type ControlPlane, createControlPlane } from '../testing/control-plane.ts';
import { nodeOfDaemonPod } from './daemon-pods.ts';

function createDaemonSet(
  plane: ControlPlane,
  podSpec: object = {},
  spec: Partial<DaemonSet['spec']> = {},
): void {
  const result = plane.api.create('daemonsets', {
    metadata: { name: 'agent', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { containers: [{ name: 'agent', image: 'agent:1' }], ...podSpec },
      },
      ...spec,
    },
  });
  if (!result.ok) throw new Error(result.status.message);
  plane.settle();
}

const nodesOf = (plane: ControlPlane) =>
  plane
    .pods()
    .map((pod) => nodeOfDaemonPod(pod.spec))
    .sort();

describe('a DaemonSet', () => {
  test('has one pod for every node, which asks for that node by its affinity', () => {
    const plane = createControlPlane({ nodes: 3 });
    createDaemonSet(plane);
    const wanted = plane
      .pods()
      .map(
        (pod) =>
          pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
            ?.nodeSelectorTerms[0]?.matchFields?.[0],
      );
    expect(wanted.map((field) => field?.values?.[0]).sort()).toEqual(['node-1', 'node-2', 'node-3']);
    expect(plane.pods()[0]?.spec.tolerations).toContainEqual({
      key: 'node.kubernetes.io/unschedulable',
      operator: 'Exists',
      effect: 'NoSchedule',
    });
    expect(plane.get('daemonsets', 'agent').status).toMatchObject({
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
    });
  });

  test('follows its node selector and nodes that come', () => {
    const plane = createControlPlane({ nodes: 2 });
    plane.api.patch('nodes', '', 'node-2', 'merge', { metadata: { labels: { disk: 'ssd' } } });
    createDaemonSet(plane, { nodeSelector: { disk: 'ssd' } });
    expect(plane.pods()).toHaveLength(1);
    plane.api.patch('nodes', '', 'node-1', 'merge', { metadata: { labels: { disk: 'ssd' } } });
    plane.settle();
    expect(plane.pods()).toHaveLength(2);
    plane.api.patch('nodes', '', 'node-1', 'merge', { metadata: { labels: { disk: null } } });
    plane.settle();
    expect(plane.pods()).toHaveLength(1);
  });

  test('leaves out nodes with a taint that it does not tolerate', () => {
    const plane = createControlPlane({ nodes: 2 });
    plane.api.patch('nodes', '', 'node-1', 'merge', {
      spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    });
    createDaemonSet(plane);
    expect(plane.get('daemonsets', 'agent').status).toMatchObject({ desiredNumberScheduled: 1 });
  });

  test('replaces its pods one node at a time', () => {
    const plane = createControlPlane({ nodes: 3 });
    createDaemonSet(plane);
    let fewest = 3;
    plane.api.watch('pods', () => {
      const ready = plane
        .pods()
        .filter(
          (pod) =>
            !pod.metadata.deletionTimestamp &&
            pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
        );
      fewest = Math.min(fewest, ready.length);
    });
    plane.api.patch('daemonsets', 'default', 'agent', 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'agent', image: 'agent:2' }] } } },
    });
    plane.settle();
    expect(plane.pods().map((pod) => pod.spec.containers[0]?.image)).toEqual([
      'agent:2',
      'agent:2',
      'agent:2',
    ]);
    expect(fewest).toBe(2);
    expect(nodesOf(plane)).toHaveLength(3);
  });
});
