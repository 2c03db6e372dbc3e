import type { Deployment, IntOrString, ReplicaSet } from '../../api/index.ts';
import { scaledValue } from '../../apimachinery/index.ts';

export const sumOf = (
  replicaSets: readonly ReplicaSet[],
  count: (replicaSet: ReplicaSet) => number | undefined,
): number => replicaSets.reduce((sum, replicaSet) => sum + (count(replicaSet) ?? 0), 0);

export const replicasOf = (object: { readonly spec: { readonly replicas?: number } }): number =>
  object.spec.replicas ?? 1;

export const availableOf = (replicaSets: readonly ReplicaSet[]): number =>
  sumOf(replicaSets, ({ status }) => status?.availableReplicas);

export function isRolling(deployment: Deployment): boolean {
  return (deployment.spec.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/**
 * maxSurge rounded up and maxUnavailable rounded down; when both come to nothing, one may be unavailable, or the
 * rollout could never begin (ResolveFenceposts).
 */
export function fenceposts(deployment: Deployment): {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
} {
  if (!isRolling(deployment)) return { maxSurge: 0, maxUnavailable: 0 };
  const total = replicasOf(deployment);
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const resolve = (value: IntOrString, up: boolean) => scaledValue(value, total, up) ?? 0;
  const surge = resolve(maxSurge, true);
  const unavailable = resolve(maxUnavailable, false);
  return {
    maxSurge: surge,
    maxUnavailable: Math.min(total, surge === 0 && unavailable === 0 ? 1 : unavailable),
  };
}

/** How many the new ReplicaSet may have now (NewRSNewReplicas). */
export function newReplicaSetSize(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: number,
): number {
  const wanted = replicasOf(deployment);
  if (!isRolling(deployment)) return wanted;
  const pods = sumOf(all, replicasOf);
  const most = wanted + fenceposts(deployment).maxSurge;
  return pods >= most ? current : current + Math.min(most - pods, wanted - current);
}

/** Everything wanted is there, up to date and available, and nothing old runs (DeploymentComplete). */
export function isComplete(deployment: Deployment, status: NonNullable<Deployment['status']>): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}
