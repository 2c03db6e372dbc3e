import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../api/index.ts';
import { createRandom, createVirtualClock } from '../apimachinery/index.ts';
import { createApiServer } from '../apiserver/index.ts';
import { startScheduler } from './scheduler.ts';

function createCluster(nodes: number) {
  const clock = createVirtualClock();
  const api = createApiServer({ clock, random: createRandom(1), serviceCIDR: '100.64.0.0/13' });
  startScheduler({ api, clock, random: createRandom(2) });
  const addNode = (name: string, spec: object = {}) => {
    api.create('nodes', { metadata: { name, labels: { 'kubernetes.io/hostname': name } }, spec });
    const node = api.get('nodes', '', name);
    if (!node.ok) return;
    // Ready: the taint that every new node gets is gone.
    const ready = api.update('nodes', { ...node.object, spec });
    if (ready.ok)
      api.updateStatus('nodes', {
        ...ready.object,
        status: { allocatable: { cpu: '2', memory: '4Gi', pods: '110' } },
      });
  };
  for (let index = 1; index <= nodes; index++) addNode(`node-${index}`);
  const createPod = (name: string, spec: Partial<PodSpec> & { readonly cpu?: string } = {}) => {
    const { cpu, ...rest } = spec;
    const container = { name: 'c', image: 'x', ...(cpu ? { resources: { requests: { cpu } } } : {}) };
    const result = api.create('pods', {
      metadata: { name, namespace: 'default', labels: { app: 'x' } },
      spec: { containers: [container], ...rest },
    });
    if (!result.ok) throw new Error(result.status.message);
  };
  const get = (name: string) => {
    const pod = api.get('pods', 'default', name);
    if (!pod.ok) throw new Error(pod.status.message);
    return pod.object;
  };
  return {
    api,
    clock,
    addNode,
    createPod,
    get,
    settle: () => clock.settle(60_000),
    events: () => api.list('events').map(({ reason, message, count }) => `${reason} x${count}: ${message}`),
  };
}

describe('the scheduler', () => {
  test('binds a pod and says so', () => {
    const cluster = createCluster(1);
    cluster.createPod('a');
    cluster.settle();
    expect(cluster.get('a').spec.nodeName).toBe('node-1');
    expect(cluster.events()).toEqual(['Scheduled x1: Successfully assigned default/a to node-1']);
  });

  test('says in an event and in a condition why no node will do', () => {
    const cluster = createCluster(2);
    cluster.createPod('a', { cpu: '3' });
    cluster.settle();
    const message =
      '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.';
    expect(cluster.events()).toEqual([`FailedScheduling x1: ${message}`]);
    expect(cluster.get('a').status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ]);
  });

  test('without any node says just that', () => {
    const cluster = createCluster(0);
    cluster.createPod('a');
    cluster.settle();
    expect(cluster.events()).toEqual(['FailedScheduling x1: no nodes available to schedule pods']);
  });

  test('tries again when a node comes, and when a pod leaves', () => {
    const cluster = createCluster(1);
    cluster.createPod('a', { cpu: '1500m' });
    cluster.createPod('b', { cpu: '1500m' });
    cluster.createPod('c', { cpu: '1500m' });
    cluster.settle();
    expect(cluster.get('b').spec.nodeName).toBeUndefined();
    cluster.addNode('node-2');
    cluster.settle();
    expect(cluster.get('b').spec.nodeName).toBe('node-2');
    cluster.api.delete('pods', 'default', 'a', { gracePeriodSeconds: 0 });
    cluster.settle();
    expect(cluster.get('c').spec.nodeName).toBe('node-1');
  });

  test('waits for a node to be uncordoned', () => {
    const cluster = createCluster(1);
    cluster.api.patch('nodes', '', 'node-1', 'merge', { spec: { unschedulable: true } });
    cluster.createPod('a');
    cluster.settle();
    expect(cluster.get('a').status?.conditions?.[0]?.message).toContain('1 node(s) were unschedulable');
    cluster.api.patch('nodes', '', 'node-1', 'merge', { spec: { unschedulable: false } });
    cluster.settle();
    expect(cluster.get('a').spec.nodeName).toBe('node-1');
  });

  test('spreads the pods of a Service', () => {
    const cluster = createCluster(3);
    cluster.api.create('services', {
      metadata: { name: 'x', namespace: 'default' },
      spec: { selector: { app: 'x' }, ports: [{ port: 80 }] },
    });
    for (let index = 0; index < 6; index++) cluster.createPod(`p${index}`);
    cluster.settle();
    const counts = new Map<string, number>();
    for (const pod of cluster.api.list('pods'))
      counts.set(pod.spec.nodeName ?? '', (counts.get(pod.spec.nodeName ?? '') ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2, 2]);
  });

  test('makes room for a more important pod', () => {
    const cluster = createCluster(1);
    cluster.createPod('low', { cpu: '1500m' });
    cluster.settle();
    cluster.createPod('high', { cpu: '1500m', priorityClassName: 'system-cluster-critical' });
    cluster.settle();
    expect(cluster.get('low').metadata.deletionTimestamp).toBeDefined();
    expect(cluster.get('low').status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', reason: 'PreemptionByScheduler' }),
    );
    expect(cluster.get('high').status?.nominatedNodeName).toBe('node-1');
    cluster.api.delete('pods', 'default', 'low', { gracePeriodSeconds: 0 });
    cluster.settle();
    expect(cluster.get('high').spec.nodeName).toBe('node-1');
  });

  test('leaves pods with gates, and those for another scheduler, alone', () => {
    const cluster = createCluster(1);
    cluster.createPod('gated', { schedulingGates: [{ name: 'wait' }] });
    cluster.createPod('foreign', { schedulerName: 'other' });
    cluster.settle();
    expect([cluster.get('gated').spec.nodeName, cluster.get('foreign').spec.nodeName]).toEqual([
      undefined,
      undefined,
    ]);
    expect(cluster.events()).toEqual([]);
  });

  test('tells a DaemonSet pod of the nodes that it did not ask for', () => {
    const cluster = createCluster(3);
    const matchFields = [{ key: 'metadata.name', operator: 'In' as const, values: ['node-2'] }];
    cluster.createPod('a', {
      cpu: '3',
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
        },
      },
    });
    cluster.settle();
    expect(cluster.get('a').status?.conditions?.[0]?.message).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
    );
  });
});
