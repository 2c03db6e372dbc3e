import type { Deployment, ReplicaSet } from '../../api/index.ts';
import { deepEqual, parseTimestamp } from '../../apimachinery/index.ts';
import { type ControllerContext, nowMs } from '../shared/context.ts';
import {
  conditionOf,
  type DeploymentStatus,
  newCondition,
  removeCondition,
  setCondition,
} from './conditions.ts';
import { availableOf, fenceposts, isComplete, replicasOf, sumOf } from './replica-counts.ts';

/** Counts and the Available condition (pkg/controller/deployment/sync.go, calculateStatus). */
export function deploymentStatus(
  context: ControllerContext,
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): DeploymentStatus {
  const total = sumOf(all, replicasOf);
  const available = availableOf(all);
  const minimum = replicasOf(deployment) - fenceposts(deployment).maxUnavailable;
  const conditions = setCondition(
    deployment.status?.conditions ?? [],
    available >= minimum
      ? newCondition(
          context,
          'Available',
          'True',
          'MinimumReplicasAvailable',
          'Deployment has minimum availability.',
        )
      : newCondition(
          context,
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
        ),
  );
  const counts = {
    replicas: sumOf(all, ({ status }) => status?.replicas),
    updatedReplicas: newReplicaSet?.status?.replicas ?? 0,
    readyReplicas: sumOf(all, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total - available),
  };
  return {
    ...(deployment.metadata.generation === undefined
      ? {}
      : { observedGeneration: deployment.metadata.generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: sumOf(all, ({ status }) => status?.terminatingReplicas),
    ...(deployment.status?.collisionCount === undefined
      ? {}
      : { collisionCount: deployment.status.collisionCount }),
    conditions,
  };
}

/**
 * The status with the Progressing and ReplicaFailure conditions of a rollout
 * (pkg/controller/deployment/progress.go, syncRolloutStatus).
 */
export function rolloutStatus(
  context: ControllerContext,
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): DeploymentStatus {
  const status = deploymentStatus(context, deployment, all, newReplicaSet);
  let conditions = status.conditions ?? [];
  const progressing = conditionOf(deployment.status?.conditions, 'Progressing');
  const alreadyComplete =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) &&
    progressing?.reason === 'NewReplicaSetAvailable';
  if (hasDeadline(deployment) && !alreadyComplete) {
    const subject = newReplicaSet
      ? `ReplicaSet "${newReplicaSet.metadata.name}"`
      : `Deployment "${deployment.metadata.name}"`;
    const say = (state: 'True' | 'False', reason: string, what: string) =>
      newCondition(context, 'Progressing', state, reason, `${subject} ${what}`);
    if (isComplete(deployment, status)) {
      conditions = setCondition(
        conditions,
        say('True', 'NewReplicaSetAvailable', 'has successfully progressed.'),
      );
    } else if (isProgressing(deployment, status)) {
      const condition = say('True', 'ReplicaSetUpdated', 'is progressing.');
      // The same condition is written anew, so that its lastUpdateTime tells when there last was progress.
      const kept = progressing?.status === 'True' ? progressing.lastTransitionTime : undefined;
      conditions = [
        ...removeCondition(conditions, 'Progressing'),
        { ...condition, ...(kept === undefined ? {} : { lastTransitionTime: kept }) },
      ];
    } else if (hasTimedOut(context, deployment, status)) {
      conditions = setCondition(
        conditions,
        say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'),
      );
    }
  }
  const failure = all
    .filter(
      (replicaSet) =>
        replicaSet === newReplicaSet || newReplicaSet === undefined || replicasOf(replicaSet) > 0,
    )
    .flatMap((replicaSet) => replicaSet.status?.conditions ?? [])
    .find((condition) => condition.type === 'ReplicaFailure');
  conditions = failure
    ? setCondition(
        conditions,
        newCondition(context, 'ReplicaFailure', 'True', failure.reason ?? '', failure.message ?? ''),
      )
    : removeCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions };
}

export function sameStatus(deployment: Deployment, status: DeploymentStatus): boolean {
  return deepEqual(deployment.status ?? {}, status);
}

/** The largest 32-bit number stands for no deadline. */
export function hasDeadline(deployment: Deployment): boolean {
  const deadline = deployment.spec.progressDeadlineSeconds;
  return deadline !== undefined && deadline !== 2147483647;
}

/** Milliseconds until a rollout without progress counts as stuck; undefined when none is under way. */
export function untilDeadlineMs(
  context: ControllerContext,
  deployment: Deployment,
  status: DeploymentStatus,
): number | undefined {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || !condition || isComplete(deployment, status)) return undefined;
  if (condition.reason === 'NewReplicaSetAvailable' || condition.reason === 'ProgressDeadlineExceeded')
    return undefined;
  const since = parseTimestamp(condition.lastUpdateTime ?? '') ?? nowMs(context);
  return since + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - nowMs(context);
}

function isProgressing({ status: before = {} }: Deployment, now: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(context: ControllerContext, deployment: Deployment, status: DeploymentStatus): boolean {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (condition?.reason === 'ProgressDeadlineExceeded') return true;
  const left = untilDeadlineMs(context, deployment, status);
  return left !== undefined && left < 0;
}
