/** pods/binding and pods/eviction (pkg/registry/core/pod/storage, v1.36). */
import type { Condition, Pod } from '../api/index.ts';
import type { ApiResult, DeleteOptions } from './client.ts';
import type { Requests } from './requests.ts';
import { conflictStatus } from './statuses.ts';
import type { Store } from './store.ts';

type Result = ApiResult<Pod>;

/** The scheduler's way to give a pod its node. */
export function bindPod(
  store: Store,
  requests: Requests,
  namespace: string,
  name: string,
  node: string,
): Result {
  const pod = store.get('pods', namespace, name) as Pod | undefined;
  const conflict = (why: string): Result => ({
    ok: false,
    status: conflictStatus('pods', name, why),
    warnings: [],
  });
  if (pod?.metadata.deletionTimestamp !== undefined)
    return conflict(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod?.spec.nodeName) return conflict(`pod ${name} is already assigned to node "${pod.spec.nodeName}"`);
  return requests.patch('pods', namespace, name, 'merge', { spec: { nodeName: node } }, 'binding') as Result;
}

/** Deletes a pod, having said in its conditions why. There are no disruption budgets here that could object. */
export function evictPod(
  store: Store,
  requests: Requests,
  namespace: string,
  name: string,
  now: string,
  options: DeleteOptions,
): Result {
  const pod = store.get('pods', namespace, name) as Pod | undefined;
  if (pod && !options.dryRun && pod.metadata.deletionTimestamp === undefined) {
    const condition: Condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      lastTransitionTime: now,
    };
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
    const status = { ...pod.status, conditions: [...others, condition] };
    requests.update('pods', namespace, name, { ...pod, status }, 'status');
  }
  return requests.remove('pods', namespace, name, options) as Result;
}
