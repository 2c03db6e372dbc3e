import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../api/index.ts';
import { type ControlPlane, createControlPlane } from '../testing/control-plane.ts';

function createDeployment(
  plane: ControlPlane,
  spec: Partial<Deployment['spec']> = {},
  image = 'hello:1',
): void {
  const result = plane.api.create('deployments', {
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'hello' } },
      template: { metadata: { labels: { app: 'hello' } }, spec: { containers: [{ name: 'hello', image }] } },
      ...spec,
    },
  });
  if (!result.ok) throw new Error(result.status.message);
  plane.settle();
}

function patch(plane: ControlPlane, spec: unknown): void {
  const result = plane.api.patch('deployments', 'default', 'hello', 'strategic', { spec });
  if (!result.ok) throw new Error(result.status.message);
}

const image = (version: string) => ({
  template: { spec: { containers: [{ name: 'hello', image: `hello:${version}` }] } },
});

function sizes(plane: ControlPlane): Record<string, number> {
  const sets = plane.api.list('replicasets', { namespace: 'default' });
  return Object.fromEntries(
    sets.map((set) => [set.spec.template?.spec.containers[0]?.image ?? '', set.spec.replicas ?? 0]),
  );
}

describe('a Deployment', () => {
  test('makes a ReplicaSet with a pod-template-hash and that makes the pods', () => {
    const plane = createControlPlane();
    createDeployment(plane);
    const [name] = plane.names('replicasets');
    expect(name).toMatch(/^hello-[456789bcdf]{8,10}$/);
    expect(plane.pods()).toHaveLength(3);
    for (const pod of plane.pods()) {
      expect(pod.metadata.name).toMatch(new RegExp(`^${name}-[bcdfghjklmnpqrstvwxz2456789]{5}$`));
      expect(pod.metadata.labels).toEqual({ app: 'hello', 'pod-template-hash': name?.replace('hello-', '') });
    }
    expect(plane.get('deployments', 'hello').status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
      conditions: [
        { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${name}" has successfully progressed.`,
        },
      ],
    });
    expect(plane.get('deployments', 'hello').metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '1',
    });
    expect(plane.events()).toContain(`ScalingReplicaSet: Scaled up replica set ${name} from 0 to 3`);
  });

  test('rolls over without ever having fewer than its minimum available or more than its surge', () => {
    const plane = createControlPlane();
    createDeployment(plane, { replicas: 4 });
    const seen: { total: number; ready: number }[] = [];
    plane.api.watch('pods', () => {
      const pods = plane.pods();
      seen.push({
        total: pods.length,
        ready: pods.filter((pod) =>
          pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
        ).length,
      });
    });
    patch(plane, image('2'));
    plane.settle();
    expect(sizes(plane)).toEqual({ 'hello:1': 0, 'hello:2': 4 });
    expect(Math.max(...seen.map(({ total }) => total))).toBe(5);
    expect(Math.min(...seen.map(({ ready }) => ready))).toBeGreaterThanOrEqual(3);
    expect(
      plane.get('deployments', 'hello').metadata.annotations?.['deployment.kubernetes.io/revision'],
    ).toBe('2');
  });

  test('goes back to the ReplicaSet of an older template and gives it a new revision', () => {
    const plane = createControlPlane();
    createDeployment(plane);
    patch(plane, image('2'));
    plane.settle();
    patch(plane, image('1'));
    plane.settle();
    expect(sizes(plane)).toEqual({ 'hello:1': 3, 'hello:2': 0 });
    const set = plane.api.list('replicasets').find(({ spec }) => spec.replicas === 3);
    expect(set?.metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
  });

  test('that is stuck keeps its old pods and says after its deadline that it does not progress', () => {
    const plane = createControlPlane({
      becomesReady: (pod) => pod.spec.containers[0]?.image !== 'hello:broken',
    });
    createDeployment(plane, { replicas: 3, progressDeadlineSeconds: 60 });
    patch(plane, image('broken'));
    plane.settle();
    expect(sizes(plane)).toEqual({ 'hello:1': 3, 'hello:broken': 1 });
    plane.clock.advance(70_000);
    const set = plane.api.list('replicasets').find(({ spec }) => spec.replicas === 1);
    expect(plane.get('deployments', 'hello').status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Progressing',
        status: 'False',
        reason: 'ProgressDeadlineExceeded',
        message: `ReplicaSet "${set?.metadata.name}" has timed out progressing.`,
      }),
    );
  });

  test('with strategy Recreate has no new pod before the last old one is gone', () => {
    const plane = createControlPlane();
    createDeployment(plane, { strategy: { type: 'Recreate' } });
    let mixed = false;
    plane.api.watch('pods', () => {
      const images = new Set(plane.pods().map((pod) => pod.spec.containers[0]?.image));
      mixed ||= images.size > 1;
    });
    patch(plane, image('2'));
    plane.settle();
    expect(mixed).toBe(false);
    expect(sizes(plane)).toEqual({ 'hello:1': 0, 'hello:2': 3 });
  });

  test('scaled in the middle of a rollout shares the new pods in proportion', () => {
    const plane = createControlPlane({
      becomesReady: (pod) => pod.spec.containers[0]?.image !== 'hello:broken',
    });
    createDeployment(plane, {
      replicas: 10,
      strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
    });
    patch(plane, image('broken'));
    plane.settle();
    expect(sizes(plane)).toEqual({ 'hello:1': 8, 'hello:broken': 5 });
    patch(plane, { replicas: 15 });
    plane.settle();
    // The documentation's own example: 3 of the 5 more go to the old, 2 to the new.
    expect(sizes(plane)).toEqual({ 'hello:1': 11, 'hello:broken': 7 });
  });

  test('keeps as many old ReplicaSets as its history may have', () => {
    const plane = createControlPlane();
    createDeployment(plane, { revisionHistoryLimit: 2 });
    for (const version of ['2', '3', '4', '5']) {
      patch(plane, image(version));
      plane.settle();
    }
    expect(Object.keys(sizes(plane)).sort()).toEqual(['hello:3', 'hello:4', 'hello:5']);
  });

  test('that is paused takes a new size but no new template', () => {
    const plane = createControlPlane();
    createDeployment(plane);
    patch(plane, { paused: true });
    plane.settle();
    patch(plane, { ...image('2'), replicas: 5 });
    plane.settle();
    expect(sizes(plane)).toEqual({ 'hello:1': 5 });
    patch(plane, { paused: false });
    plane.settle();
    expect(sizes(plane)).toEqual({ 'hello:1': 0, 'hello:2': 5 });
  });

  test('heals what somebody deletes', () => {
    const plane = createControlPlane();
    createDeployment(plane);
    const before = plane.names('pods');
    plane.api.delete('pods', 'default', before[0] ?? '');
    plane.settle();
    const after = plane.names('pods');
    expect(after).toHaveLength(3);
    expect(after).not.toContain(before[0]);
  });
});
