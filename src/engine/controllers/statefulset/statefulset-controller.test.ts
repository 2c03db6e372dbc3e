import { describe, expect, test } from 'vitest';
import type { StatefulSet } from '../../api/index.ts';
import { type ControlPlane, createControlPlane } from '../testing/control-plane.ts';

function createStatefulSet(plane: ControlPlane, spec: Partial<StatefulSet['spec']> = {}): void {
  const result = plane.api.create('statefulsets', {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 3,
      serviceName: 'web',
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
      ...spec,
    },
  });
  if (!result.ok) throw new Error(result.status.message);
}

/** Pods as they came and went: `+web-0`, `-web-0`. */
function follow(plane: ControlPlane): string[] {
  const seen: string[] = [];
  plane.api.watch('pods', ({ type, object }) => {
    if (type === 'ADDED') seen.push(`+${object.metadata.name}`);
    if (type === 'DELETED') seen.push(`-${object.metadata.name}`);
  });
  return seen;
}

const images = (plane: ControlPlane) =>
  plane.pods().map((pod) => `${pod.metadata.name} ${pod.spec.containers[0]?.image}`);
const newImage = (plane: ControlPlane, image: string, extra: object = {}) =>
  plane.api.patch('statefulsets', 'default', 'web', 'strategic', {
    spec: { template: { spec: { containers: [{ name: 'web', image }] } }, ...extra },
  });

describe('a StatefulSet', () => {
  test('starts its pods one after the other, with names and host names that are theirs', () => {
    const plane = createControlPlane();
    createStatefulSet(plane);
    plane.clock.advance(500);
    expect(plane.names('pods')).toEqual(['web-0']);
    plane.settle();
    expect(plane.names('pods')).toEqual(['web-0', 'web-1', 'web-2']);
    const pod = plane.get('pods', 'web-1');
    expect(pod.spec).toMatchObject({ hostname: 'web-1', subdomain: 'web' });
    expect(pod.metadata.labels).toMatchObject({
      app: 'web',
      'statefulset.kubernetes.io/pod-name': 'web-1',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': plane.get('statefulsets', 'web').status?.currentRevision,
    });
    expect(plane.get('statefulsets', 'web').status).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
    });
    expect(plane.events()).toContain('SuccessfulCreate: create Pod web-2 in StatefulSet web successful');
  });

  test('does not go on past a pod that is not ready', () => {
    const plane = createControlPlane({ becomesReady: (pod) => pod.metadata.name !== 'web-1' });
    createStatefulSet(plane);
    plane.settle();
    expect(plane.names('pods')).toEqual(['web-0', 'web-1']);
  });

  test('starts all at once when managed in parallel', () => {
    const plane = createControlPlane();
    createStatefulSet(plane, { podManagementPolicy: 'Parallel' });
    plane.clock.advance(500);
    expect(plane.names('pods')).toEqual(['web-0', 'web-1', 'web-2']);
  });

  test('goes down from the highest number', () => {
    const plane = createControlPlane();
    createStatefulSet(plane);
    plane.settle();
    const seen = follow(plane);
    plane.api.patch('statefulsets', 'default', 'web', 'merge', { spec: { replicas: 1 } });
    plane.settle();
    expect(seen.filter((each) => each.startsWith('-'))).toEqual(['-web-2', '-web-1']);
  });

  test('replaces its pods from the highest number down, each when the last is ready', () => {
    const plane = createControlPlane();
    createStatefulSet(plane);
    plane.settle();
    const seen = follow(plane);
    plane.clock.drain();
    seen.length = 0;
    newImage(plane, 'web:2');
    plane.settle();
    expect(seen).toEqual(['-web-2', '+web-2', '-web-1', '+web-1', '-web-0', '+web-0']);
    expect(images(plane)).toEqual(['web-0 web:2', 'web-1 web:2', 'web-2 web:2']);
    const status = plane.get('statefulsets', 'web').status;
    expect(status?.currentRevision).toBe(status?.updateRevision);
  });

  test('keeps pods below the partition at the old revision, also when they are replaced', () => {
    const plane = createControlPlane();
    createStatefulSet(plane);
    plane.settle();
    newImage(plane, 'web:2', { updateStrategy: { rollingUpdate: { partition: 2 } } });
    plane.settle();
    plane.api.delete('pods', 'default', 'web-0');
    plane.settle();
    expect(images(plane)).toEqual(['web-0 web:1', 'web-1 web:1', 'web-2 web:2']);
  });
});

describe("a StatefulSet's history", () => {
  const history = (plane: ControlPlane) =>
    plane.api
      .list('controllerrevisions', { namespace: 'default' })
      .map(({ metadata, revision, data }) => {
        const { spec } = data as { spec: { template: StatefulSet['spec']['template'] } };
        return `${revision} ${metadata.name} ${spec.template.spec?.containers?.[0]?.image}`;
      })
      .sort();

  test('has a ControllerRevision for each template, named as a real controller of v1.36 names it', () => {
    const plane = createControlPlane();
    createStatefulSet(plane, {
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'c',
              image: 'nginx:1.29',
              args: ['<a>&b'],
              ports: [{ containerPort: 80, name: 'http' }],
            },
          ],
        },
      },
    });
    plane.settle();
    // Recorded from kube-controller-manager v1.36.2 with the same manifest.
    expect(history(plane)).toEqual(['1 web-897689 nginx:1.29']);
  });

  test('counts on when the template changes and when an old one comes back', () => {
    const plane = createControlPlane();
    createStatefulSet(plane);
    plane.settle();
    newImage(plane, 'web:2');
    plane.settle();
    expect(history(plane).map((line) => line.replace(/ web-\S+/, ''))).toEqual(['1 web:1', '2 web:2']);
    newImage(plane, 'web:1');
    plane.settle();
    expect(history(plane).map((line) => line.replace(/ web-\S+/, ''))).toEqual(['2 web:2', '3 web:1']);
    expect(images(plane)).toEqual(['web-0 web:1', 'web-1 web:1', 'web-2 web:1']);
  });

  test('forgets the oldest templates beyond revisionHistoryLimit, and all when the set goes', () => {
    const plane = createControlPlane();
    createStatefulSet(plane, { revisionHistoryLimit: 1 });
    plane.settle();
    for (const tag of ['2', '3', '4']) {
      newImage(plane, `web:${tag}`);
      plane.settle();
    }
    expect(history(plane).map((line) => line.replace(/ web-\S+/, ''))).toEqual(['3 web:3', '4 web:4']);
    plane.api.delete('statefulsets', 'default', 'web');
    plane.settle();
    expect(history(plane)).toEqual([]);
  });
});
