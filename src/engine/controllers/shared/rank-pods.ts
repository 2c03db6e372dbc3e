import type { Pod } from '../../api/index.ts';
import { parseTimestamp } from '../../apimachinery/index.ts';
import { isPodReady, readyCondition } from './pod-state.ts';

const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * Pods in the order in which a ReplicaSet gives them up. Models ActivePodsWithRanks (pkg/controller/controller_utils.go,
 * v1.36): without a node, Pending, not ready, cheaper to delete, sharing its node with more of its kind, ready for less
 * time, restarted more often, younger. Times count by their order of magnitude only; then the uid decides.
 *
 * `rankOf`: how many pods of the same kind are active on the pod's node.
 */
export function podsToDeleteFirst(pods: readonly Pod[], rankOf: (pod: Pod) => number, nowMs: number): Pod[] {
  const facts = pods.map((pod) => {
    const ready = isPodReady(pod);
    const readySince = readyCondition(pod)?.lastTransitionTime;
    return {
      pod,
      keys: [
        pod.spec.nodeName ? 1 : 0,
        PHASE_ORDER[pod.status?.phase ?? 'Pending'] ?? 0,
        ready ? 1 : 0,
        Number(pod.metadata.annotations?.[DELETION_COST] ?? 0) || 0,
        -rankOf(pod),
      ],
      ready,
      readySince: readySince === undefined ? undefined : parseTimestamp(readySince),
      restarts: Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount)),
      created: parseTimestamp(pod.metadata.creationTimestamp ?? '') ?? nowMs,
      uid: pod.metadata.uid ?? '',
    };
  });
  type Facts = (typeof facts)[number];

  const compareTimes = (a: Facts, b: Facts, timeA: number, timeB: number): number =>
    magnitude(nowMs - timeA) - magnitude(nowMs - timeB) || (a.uid < b.uid ? -1 : 1);

  return facts
    .sort((a, b) => {
      for (const [index, key] of a.keys.entries()) {
        const difference = key - (b.keys[index] ?? 0);
        if (difference !== 0) return difference;
      }
      if (a.ready && b.ready && a.readySince !== b.readySince)
        return compareTimes(a, b, a.readySince ?? nowMs, b.readySince ?? nowMs);
      if (a.restarts !== b.restarts) return b.restarts - a.restarts;
      return a.created === b.created ? 0 : compareTimes(a, b, a.created, b.created);
    })
    .map(({ pod }) => pod);
}

/** The whole part of log2 of a duration in nanoseconds; -1 for none (logarithmicRankDiff). */
function magnitude(durationMs: number): number {
  return durationMs > 0 ? Math.floor(Math.log2(durationMs * 1e6)) : -1;
}
