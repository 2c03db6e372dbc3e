/** Which parts of an object a write may change, and what of it only the server sets (rest.BeforeUpdate, v1.36). */
import type { KubernetesObject } from '../api/index.ts';
import { deepEqual, isPlainObject } from '../apimachinery/index.ts';
import type { Mutable } from './mutable.ts';

/** Which part of an object a write may change. */
export type Part = 'main' | 'status' | 'scale' | 'binding' | 'finalize' | 'ephemeralcontainers';

/** What only the server sets; a client that says nothing of it does not change it (rest.BeforeUpdate). */
export function keepSystemMetadata(
  draft: Mutable<KubernetesObject>,
  { metadata: old }: KubernetesObject,
): void {
  const { metadata } = draft;
  metadata.uid = old.uid!;
  metadata.creationTimestamp = old.creationTimestamp!;
  for (const field of ['generation', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (old[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: old[field] });
  }
  if (metadata.generateName === undefined && old.generateName !== undefined)
    metadata.generateName = old.generateName;
}

export function keepStatus(draft: Mutable<KubernetesObject>, old: KubernetesObject): void {
  if ('status' in old) Object.assign(draft, { status: old.status });
  else delete (draft as { status?: unknown }).status;
}

/** What of the body a write looks at: there is no need to decode what will be thrown away. */
export function partOf(input: unknown, part: Part): unknown {
  if (part === 'main' || !isPlainObject(input)) return input;
  const { metadata, spec, status } = input;
  const { resourceVersion, uid } = isPlainObject(metadata) ? metadata : {};
  const identity = { metadata: { resourceVersion, uid } };
  return part === 'status' ? { ...identity, status } : { ...identity, spec };
}

/** A write to a subresource leaves everything else as it was. */
export function keepOtherParts(draft: Mutable<KubernetesObject>, old: KubernetesObject, part: Part): void {
  const wanted = { ...draft } as { status?: unknown; spec?: Readonly<Record<string, unknown>> };
  const { metadata } = draft;
  for (const field of Object.keys(draft)) delete (draft as unknown as Record<string, unknown>)[field];
  Object.assign(draft, old);
  draft.metadata = {
    ...old.metadata,
    ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
  } as typeof metadata;
  switch (part) {
    case 'main':
      return;
    case 'status':
      Object.assign(draft, { status: wanted.status });
      return;
    case 'scale':
      keepSpecBut(draft, old, { replicas: wanted.spec?.replicas });
      return;
    case 'binding':
      keepSpecBut(draft, old, { nodeName: wanted.spec?.nodeName });
      return;
    case 'ephemeralcontainers':
      keepSpecBut(draft, old, { ephemeralContainers: wanted.spec?.ephemeralContainers });
      return;
    case 'finalize':
      Object.assign(draft, { spec: wanted.spec });
  }
}

function keepSpecBut(
  draft: Mutable<KubernetesObject>,
  old: KubernetesObject,
  change: Readonly<Record<string, unknown>>,
): void {
  const { spec } = old as { spec?: Readonly<Record<string, unknown>> };
  Object.assign(draft, { spec: { ...spec, ...change } });
}

export function sameButMetadataAndStatus(left: KubernetesObject, right: KubernetesObject): boolean {
  const rest = ({ metadata: _, status: __, ...members }: KubernetesObject & { status?: unknown }) => members;
  return deepEqual(rest(left), rest(right));
}

/** Being deleted, with nobody left who wants a say. Pods also wait for their grace period, namespaces for their own finalizers. */
export function isGone(object: KubernetesObject): boolean {
  const { metadata, kind } = object;
  if (metadata.deletionTimestamp === undefined || metadata.finalizers?.length) return false;
  if (kind === 'Namespace')
    return !(object as { spec?: { finalizers?: readonly string[] } }).spec?.finalizers?.length;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}
