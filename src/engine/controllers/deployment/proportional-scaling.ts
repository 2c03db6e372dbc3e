import type { Deployment, ReplicaSet } from '../../api/index.ts';
import { fenceposts, replicasOf, sumOf } from './replica-counts.ts';
import { byCreation } from './revisions.ts';

const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/**
 * New sizes of the ReplicaSets of a Deployment that is scaled in the middle of a rollout: what is added or taken away
 * is shared in proportion to their sizes, the remainder goes to the largest (pkg/controller/deployment/sync.go, scale).
 */
export function proportionalSizes(
  deployment: Deployment,
  active: readonly ReplicaSet[],
): ReadonlyMap<string, number> {
  const total = sumOf(active, replicasOf);
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + fenceposts(deployment).maxSurge : 0;
  const toAdd = allowed - total;
  // Growing favours newer ReplicaSets among equals, shrinking older ones.
  const oldestFirst = byCreation(active);
  const sorted = (toAdd > 0 ? oldestFirst.reverse() : oldestFirst).sort(
    (a, b) => replicasOf(b) - replicasOf(a),
  );

  const sizes = new Map<string, number>();
  let added = 0;
  for (const replicaSet of sorted) {
    const share = toAdd === 0 ? 0 : proportion(replicaSet, deployment, toAdd, added);
    sizes.set(replicaSet.metadata.name, replicasOf(replicaSet) + share);
    added += share;
  }
  const largest = sorted[0];
  if (largest && toAdd !== 0) {
    const { name } = largest.metadata;
    sizes.set(name, Math.max(0, (sizes.get(name) ?? 0) + toAdd - added));
  }
  return sizes;
}

/** getReplicaSetProportion, getReplicaSetFraction (pkg/controller/deployment/util). */
function proportion(replicaSet: ReplicaSet, deployment: Deployment, toAdd: number, added: number): number {
  const size = replicasOf(replicaSet);
  const allowed = toAdd - added;
  if (size === 0 || toAdd === 0 || allowed === 0) return 0;
  const fraction = fractionOf(replicaSet, deployment);
  return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function fractionOf(replicaSet: ReplicaSet, deployment: Deployment): number {
  const size = replicasOf(replicaSet);
  const wanted = replicasOf(deployment);
  if (wanted === 0) return -size;
  const annotated = Number(replicaSet.metadata.annotations?.[MAX_REPLICAS] ?? Number.NaN);
  const before = annotated > 0 ? annotated : (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((size * (wanted + fenceposts(deployment).maxSurge)) / before) - size;
}
