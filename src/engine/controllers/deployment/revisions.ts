import type { Deployment, PodTemplateSpec, ReplicaSet } from '../../api/index.ts';
import { deepEqual } from '../../apimachinery/index.ts';
import { fenceposts, replicasOf } from './replica-counts.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** Annotations of the Deployment that its ReplicaSets do not get. */
const NOT_COPIED: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
];

/** The ReplicaSet whose template is the Deployment's, the hash label aside; the oldest if there are several. */
export function findNewReplicaSet(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
): ReplicaSet | undefined {
  return byCreation(replicaSets).find(
    ({ spec }) =>
      spec.template && deepEqual(withoutHash(spec.template), withoutHash(deployment.spec.template)),
  );
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function byCreation(replicaSets: readonly ReplicaSet[]): ReplicaSet[] {
  const key = ({ metadata }: ReplicaSet) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return [...replicaSets].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

export function revisionOf(replicaSet: ReplicaSet): number {
  return Number(replicaSet.metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** The annotations that tell how large the Deployment was when the ReplicaSet got its size (SetReplicasAnnotations). */
export function withReplicas(
  deployment: Deployment,
  annotations: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const replicas = replicasOf(deployment);
  return {
    ...annotations,
    [DESIRED_REPLICAS]: String(replicas),
    [MAX_REPLICAS]: String(replicas + fenceposts(deployment).maxSurge),
  };
}

/**
 * The annotations of the new ReplicaSet: the Deployment's own, and the revision. One that was rolled back to
 * remembers the revisions that it had before (SetNewReplicaSetAnnotations).
 */
export function withRevision(
  deployment: Deployment,
  before: Readonly<Record<string, string>>,
  revision: number,
): Readonly<Record<string, string>> {
  const annotations: Record<string, string> = { ...before };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.includes(key)) annotations[key] = value;
  }
  const old = before[REVISION];
  if (revision <= (Number(old ?? 0) || 0)) return annotations;
  annotations[REVISION] = String(revision);
  if (old !== undefined) {
    annotations[REVISION_HISTORY] = before[REVISION_HISTORY] ? `${before[REVISION_HISTORY]},${old}` : old;
  }
  return annotations;
}
