import { describe, expect, test } from 'vitest';
import type { Job, Pod } from '../../api/index.ts';
import { type ControlPlane, createControlPlane } from '../testing/control-plane.ts';
import { formatIndexes, parseIndexes } from './job-pods.ts';

function createJob(plane: ControlPlane, spec: Partial<Job['spec']> = {}): void {
  const result = plane.api.create('jobs', {
    metadata: { name: 'sum', namespace: 'default' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'sum', image: 'sum:1' }] } },
      ...spec,
    },
  });
  if (!result.ok) throw new Error(result.status.message);
  plane.settle();
}

/** Ends a running pod, as its kubelet would tell. */
function end(plane: ControlPlane, pod: Pod | undefined, phase: 'Succeeded' | 'Failed'): void {
  if (!pod) throw new Error('there is no such pod');
  const current = plane.get('pods', pod.metadata.name);
  plane.api.updateStatus('pods', {
    ...current,
    status: {
      ...current.status,
      phase,
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: plane.timestamp() }],
    },
  });
}

const running = (plane: ControlPlane) => plane.pods().filter((pod) => pod.status?.phase === 'Running');

describe('a Job', () => {
  test('runs as many pods at a time as it may until enough have succeeded', () => {
    const plane = createControlPlane();
    createJob(plane, { completions: 3, parallelism: 2 });
    expect(running(plane)).toHaveLength(2);
    expect(plane.get('jobs', 'sum').status).toMatchObject({ active: 2, ready: 2 });
    for (let round = 0; round < 3; round++) {
      end(plane, running(plane)[0], 'Succeeded');
      plane.settle();
    }
    const { status } = plane.get('jobs', 'sum');
    expect(status).toMatchObject({
      succeeded: 3,
      conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete', status: 'True' }],
    });
    expect(status?.completionTime).toBeDefined();
    expect(plane.pods()).toHaveLength(3);
    expect(plane.events()).toContain('Completed: Job completed');
  });

  test('tries again after 10 seconds, then after 20, and gives up at its backoff limit', () => {
    const plane = createControlPlane();
    createJob(plane, { backoffLimit: 2 });
    for (const seconds of [10, 20]) {
      end(plane, running(plane)[0], 'Failed');
      plane.settle();
      plane.clock.advance((seconds - 1) * 1000);
      expect(running(plane)).toHaveLength(0);
      plane.clock.advance(2500);
      expect(running(plane)).toHaveLength(1);
    }
    end(plane, running(plane)[0], 'Failed');
    plane.settle();
    expect(plane.get('jobs', 'sum').status).toMatchObject({
      failed: 3,
      conditions: [
        { type: 'FailureTarget', reason: 'BackoffLimitExceeded' },
        {
          type: 'Failed',
          status: 'True',
          reason: 'BackoffLimitExceeded',
          message: 'Job has reached the specified backoff limit',
        },
      ],
    });
  });

  test('with indexes gives each pod its number and does every number once', () => {
    const plane = createControlPlane();
    createJob(plane, { completions: 3, parallelism: 3, completionMode: 'Indexed' });
    const [first] = running(plane);
    expect(first?.metadata.name).toMatch(/^sum-0-[a-z0-9]{5}$/);
    expect(first?.spec.hostname).toBe('sum-0');
    expect(first?.spec.containers[0]?.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
    for (const pod of running(plane)) end(plane, pod, pod === first ? 'Failed' : 'Succeeded');
    plane.settle();
    expect(plane.get('jobs', 'sum').status).toMatchObject({ completedIndexes: '1,2', failed: 1 });
    plane.clock.advance(12_000);
    end(plane, running(plane)[0], 'Succeeded');
    plane.settle();
    expect(plane.get('jobs', 'sum').status).toMatchObject({ completedIndexes: '0-2', succeeded: 3 });
  });

  test('that lasts too long is stopped', () => {
    const plane = createControlPlane();
    createJob(plane, { activeDeadlineSeconds: 30 });
    plane.clock.advance(40_000);
    plane.settle();
    expect(running(plane)).toEqual([]);
    expect(plane.get('jobs', 'sum').status?.conditions?.at(-1)).toMatchObject({
      type: 'Failed',
      reason: 'DeadlineExceeded',
    });
  });

  test('that is suspended has no pods until it goes on', () => {
    const plane = createControlPlane();
    createJob(plane, { suspend: true });
    expect(plane.pods()).toEqual([]);
    plane.api.patch('jobs', 'default', 'sum', 'merge', { spec: { suspend: false } });
    plane.settle();
    expect(running(plane)).toHaveLength(1);
  });

  test('is deleted with its pods some time after its end when it says so', () => {
    const plane = createControlPlane();
    createJob(plane, { ttlSecondsAfterFinished: 60 });
    end(plane, running(plane)[0], 'Succeeded');
    plane.settle();
    expect(plane.names('jobs')).toEqual(['sum']);
    plane.clock.advance(61_000);
    plane.settle();
    expect([plane.names('jobs'), plane.names('pods')]).toEqual([[], []]);
  });

  test('writes indexes as ranges and reads them again', () => {
    expect(formatIndexes([5, 1, 2, 0, 7, 8])).toBe('0-2,5,7,8');
    expect([...parseIndexes('0-2,5,7,8')]).toEqual([0, 1, 2, 5, 7, 8]);
  });
});
