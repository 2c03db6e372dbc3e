import type { KubernetesObject, ResourceName, ResourceTypes } from '../../api/index.ts';
import type { ApiClient } from '../../apiserver/index.ts';
import type { SharedInformer } from './informers.ts';
import { newControllerReference } from './owner-references.ts';

/**
 * The objects of one owner: its own that its selector still fits, and orphans that it fits, which are adopted. Its own
 * that it no longer fits are let go. Models BaseControllerRefManager (pkg/controller/controller_ref_manager.go).
 */
export function claim<R extends 'pods' | 'replicasets'>(
  api: ApiClient,
  resource: R,
  owner: KubernetesObject,
  informer: Pick<SharedInformer<ResourceTypes[R]>, 'ofController' | 'orphans'>,
  selects: (object: ResourceTypes[R]) => boolean,
): readonly ResourceTypes[R][] {
  const canAdopt = owner.metadata.deletionTimestamp === undefined;
  const own = informer.ofController(owner.metadata.uid).filter((object) => {
    if (selects(object)) return true;
    if (canAdopt) setController(api, resource, object, undefined);
    return false;
  });
  if (!canAdopt) return own;
  const adopted = informer.orphans(owner.metadata.namespace ?? '').filter((object) => {
    if (!selects(object) || object.metadata.deletionTimestamp !== undefined) return false;
    return setController(api, resource, object, owner);
  });
  return [...own, ...adopted];
}

function setController(
  api: ApiClient,
  resource: ResourceName,
  { metadata }: KubernetesObject,
  owner: KubernetesObject | undefined,
): boolean {
  const others = (metadata.ownerReferences ?? []).filter((reference) => !reference.controller);
  const ownerReferences = owner ? [...others, newControllerReference(owner)] : others;
  const patch = { metadata: { uid: metadata.uid, ownerReferences } };
  return api.patch(resource, metadata.namespace ?? '', metadata.name, 'merge', patch).ok;
}
