/** What a DELETE does to an object (rest.BeforeDelete and the strategies' CheckGracefulDelete, v1.36). */
import type { KubernetesObject, Namespace, Pod, ResourceName } from '../api/index.ts';
import { formatTimestamp, parseTimestamp, type Status } from '../apimachinery/index.ts';
import type { DeleteOptions } from './client.ts';
import { badRequestStatus, forbiddenStatus } from './statuses.ts';

export type Deletion =
  | { readonly kind: 'now' }
  | { readonly kind: 'marked'; readonly object: KubernetesObject }
  | { readonly kind: 'refused'; readonly status: Status };

const FINALIZERS = { Orphan: 'orphan', Foreground: 'foregroundDeletion' } as const;
const UNDELETABLE_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/**
 * An object goes at once when nothing holds it back. A finalizer holds it, a pod is held by its grace period, a namespace
 * by its contents; what is held gets a deletionTimestamp. `nowMs`: milliseconds since 1970.
 */
export function deletionOf(
  resource: ResourceName,
  object: KubernetesObject,
  options: DeleteOptions,
  nowMs: number,
): Deletion {
  const { metadata } = object;
  const { gracePeriodSeconds: wanted } = options;
  if (wanted !== undefined && wanted < 0) return refused(badRequestStatus(`invalid grace period: ${wanted}`));
  if (resource === 'namespaces' && UNDELETABLE_NAMESPACES.includes(metadata.name)) {
    return refused(forbiddenStatus('namespaces', metadata.name, 'this namespace may not be deleted'));
  }
  const finalizers = finalizersFor(metadata.finalizers ?? [], options);
  const grace = resource === 'pods' ? podGrace(object as Pod, wanted) : 0;
  if (metadata.deletionTimestamp !== undefined) return again(object, finalizers, grace, wanted, nowMs);
  if (grace === 0 && finalizers.length === 0 && !holdsContents(resource, object)) return { kind: 'now' };
  return {
    kind: 'marked',
    object: terminating(resource, {
      ...object,
      metadata: {
        ...bumpGeneration(metadata),
        ...(finalizers.length > 0 || metadata.finalizers ? { finalizers } : {}),
        deletionTimestamp: formatTimestamp(nowMs + grace * 1000),
        deletionGracePeriodSeconds: grace,
      },
    }),
  };
}

/** Asked again: a shorter grace period counts, a longer one does not. */
function again(
  object: KubernetesObject,
  finalizers: string[],
  grace: number,
  wanted: number | undefined,
  nowMs: number,
): Deletion {
  const { metadata } = object;
  const before = metadata.deletionGracePeriodSeconds ?? 0;
  const withFinalizers = finalizers.length > 0 ? { finalizers } : {};
  if (object.kind === 'Namespace' || wanted === undefined || grace >= before) {
    return { kind: 'marked', object: { ...object, metadata: { ...metadata, ...withFinalizers } } };
  }
  if (grace === 0 && finalizers.length === 0) return { kind: 'now' };
  const started = (parseTimestamp(metadata.deletionTimestamp) ?? nowMs) - before * 1000;
  return {
    kind: 'marked',
    object: {
      ...object,
      metadata: {
        ...metadata,
        ...withFinalizers,
        deletionTimestamp: formatTimestamp(Math.max(started + grace * 1000, nowMs)),
        deletionGracePeriodSeconds: grace,
      },
    },
  };
}

/** A pod that never got a node, or has ended, needs no time to stop. */
function podGrace({ spec, status }: Pod, wanted: number | undefined): number {
  if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const grace = wanted ?? spec.terminationGracePeriodSeconds ?? 30;
  return grace < 0 ? 1 : grace;
}

function finalizersFor(present: readonly string[], { propagationPolicy }: DeleteOptions): string[] {
  const others = present.filter(
    (finalizer) => finalizer !== FINALIZERS.Orphan && finalizer !== FINALIZERS.Foreground,
  );
  switch (propagationPolicy) {
    case 'Orphan':
    case 'Foreground':
      return [...others, FINALIZERS[propagationPolicy]];
    case 'Background':
      return others;
    case undefined:
      return [...present];
  }
}

function holdsContents(resource: ResourceName, object: KubernetesObject): boolean {
  return resource === 'namespaces' && ((object as Namespace).spec?.finalizers?.length ?? 0) > 0;
}

function terminating(resource: ResourceName, object: KubernetesObject): KubernetesObject {
  if (resource !== 'namespaces') return object;
  const namespace = object as Namespace;
  const ended: Namespace = { ...namespace, status: { ...namespace.status, phase: 'Terminating' } };
  return ended;
}

function bumpGeneration(metadata: KubernetesObject['metadata']): KubernetesObject['metadata'] {
  return metadata.generation === undefined ? metadata : { ...metadata, generation: metadata.generation + 1 };
}

function refused(status: Status): Deletion {
  return { kind: 'refused', status };
}
