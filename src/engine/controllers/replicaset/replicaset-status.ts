import type { Condition, Pod, ReplicaSet } from '../../api/index.ts';
import { labelsMatch } from '../../apimachinery/index.ts';
import { type ControllerContext, nowMs, timestamp } from '../shared/context.ts';
import { isPodAvailable, isPodReady } from '../shared/pod-state.ts';
import type { FailedManage } from './replicaset-controller.ts';

type ReplicaSetStatus = NonNullable<ReplicaSet['status']>;

/** Counts a ReplicaSet's pods (pkg/controller/replicaset/replica_set_utils.go, calculateStatus). */
export function replicaSetStatus(
  context: ControllerContext,
  replicaSet: ReplicaSet,
  active: readonly Pod[],
  terminatingReplicas: number,
  failure: FailedManage | undefined,
): ReplicaSetStatus {
  const labels = replicaSet.spec.template?.metadata?.labels ?? {};
  const now = nowMs(context);
  const count = (holds: (pod: Pod) => boolean) => active.filter(holds).length;
  const fullyLabeledReplicas = count((pod) => labelsMatch(labels, pod.metadata.labels ?? {}));
  const readyReplicas = count(isPodReady);
  const availableReplicas = count((pod) => isPodAvailable(pod, replicaSet.spec.minReadySeconds ?? 0, now));
  const conditions = withFailure(context, replicaSet.status?.conditions ?? [], failure);
  return {
    replicas: active.length,
    ...(fullyLabeledReplicas > 0 ? { fullyLabeledReplicas } : {}),
    ...(readyReplicas > 0 ? { readyReplicas } : {}),
    ...(availableReplicas > 0 ? { availableReplicas } : {}),
    terminatingReplicas,
    ...(replicaSet.metadata.generation === undefined
      ? {}
      : { observedGeneration: replicaSet.metadata.generation }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}

function withFailure(
  context: ControllerContext,
  conditions: readonly Condition[],
  failure: FailedManage | undefined,
): readonly Condition[] {
  const present = conditions.find((condition) => condition.type === 'ReplicaFailure');
  if (!failure) return present ? conditions.filter((condition) => condition !== present) : conditions;
  if (present) return conditions;
  return [
    ...conditions,
    { type: 'ReplicaFailure', status: 'True', ...failure, lastTransitionTime: timestamp(context) },
  ];
}
