import { type KubernetesObject, type OwnerReference, RESOURCES, type ResourceName } from '../../api/index.ts';
import { createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/**
 * Deletes what its owners have left behind. Models the garbage collector (pkg/controller/garbagecollector, v1.36):
 *
 *   Background  the owner goes at once, then its dependents
 *   Foreground  the owner waits, with finalizer foregroundDeletion, until its dependents are gone
 *   Orphan      the owner waits, with finalizer orphan, until its dependents no longer name it
 */
export function startGarbageCollector(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  /** Keys `resource namespace/name` of the dependents of an owner's uid. */
  const dependents = new Map<string, Set<string>>();
  const queue = createWorkQueue({ clock, reconcile });
  const keyOf = (resource: ResourceName, object: KubernetesObject) => `${resource} ${objectKey(object)}`;

  for (const { name: resource } of RESOURCES) {
    if (resource === 'events') continue;
    const informer = resource === 'pods' ? informers.pods : informers.of(resource);
    informer.subscribe({
      added: (object: KubernetesObject) => observe(resource, undefined, object),
      updated: (before: KubernetesObject, object: KubernetesObject) => observe(resource, before, object),
      deleted: (object: KubernetesObject) => gone(resource, object),
    });
  }

  function observe(
    resource: ResourceName,
    before: KubernetesObject | undefined,
    object: KubernetesObject,
  ): void {
    const key = keyOf(resource, object);
    const owners = object.metadata.ownerReferences ?? [];
    if (before?.metadata.ownerReferences !== object.metadata.ownerReferences) {
      for (const { uid } of before?.metadata.ownerReferences ?? []) dependents.get(uid)?.delete(key);
      for (const { uid } of owners) dependents.set(uid, (dependents.get(uid) ?? new Set<string>()).add(key));
    }
    const deleting = object.metadata.deletionTimestamp !== undefined;
    if (
      deleting &&
      object.metadata.finalizers?.some((finalizer) => finalizer === FOREGROUND || finalizer === ORPHAN)
    )
      queue.add(key);
    // An owner that is not there may never have been: nobody else would tell.
    else if (!before && owners.length > 0) queue.add(key);
  }

  function gone(resource: ResourceName, object: KubernetesObject): void {
    const key = keyOf(resource, object);
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      dependents.get(uid)?.delete(key);
      wakeOwner(uid, object.metadata.namespace, object.metadata.ownerReferences ?? []);
    }
    for (const dependent of dependents.get(object.metadata.uid ?? '') ?? []) queue.add(dependent);
  }

  /** An owner that waits in the foreground may have lost its last dependent. */
  function wakeOwner(uid: string, namespace: string | undefined, owners: readonly OwnerReference[]): void {
    const reference = owners.find((owner) => owner.uid === uid);
    const found = reference && lookUp(reference, namespace);
    if (found?.object.metadata.finalizers?.includes(FOREGROUND))
      queue.add(keyOf(found.resource, found.object));
  }

  function reconcile(key: string): void {
    const [resource, namespace, name] = parse(key);
    const current = api.get(resource, namespace, name);
    if (!current.ok) return;
    const object: KubernetesObject = current.object;
    if (object.metadata.deletionTimestamp !== undefined) {
      if (object.metadata.finalizers?.includes(ORPHAN)) orphanDependents(resource, object);
      else if (object.metadata.finalizers?.includes(FOREGROUND)) deleteDependents(resource, object);
      return;
    }
    const owners = object.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    const found = owners.map((reference) => ({
      reference,
      owner: lookUp(reference, object.metadata.namespace)?.object,
    }));
    const waiting = found.filter(
      ({ owner }) =>
        owner?.metadata.deletionTimestamp !== undefined && owner.metadata.finalizers?.includes(FOREGROUND),
    );
    const solid = found.filter((each) => each.owner && !waiting.includes(each));
    if (solid.length === found.length) return;
    if (solid.length > 0) {
      patchMetadata(resource, object, { ownerReferences: solid.map(({ reference }) => reference) });
      return;
    }
    const propagationPolicy = object.metadata.finalizers?.includes(ORPHAN)
      ? 'Orphan'
      : waiting.length > 0
        ? 'Foreground'
        : 'Background';
    api.delete(resource, namespace, name, {
      propagationPolicy,
      ...(object.metadata.uid === undefined ? {} : { preconditions: { uid: object.metadata.uid } }),
    });
  }

  function orphanDependents(resource: ResourceName, owner: KubernetesObject): void {
    for (const key of dependents.get(owner.metadata.uid ?? '') ?? []) {
      const [kind, namespace, name] = parse(key);
      const current = api.get(kind, namespace, name);
      if (!current.ok) continue;
      const dependent: KubernetesObject = current.object;
      const ownerReferences = (dependent.metadata.ownerReferences ?? []).filter(
        ({ uid }) => uid !== owner.metadata.uid,
      );
      patchMetadata(kind, dependent, { ownerReferences });
    }
    removeFinalizer(resource, owner, ORPHAN);
  }

  function deleteDependents(resource: ResourceName, owner: KubernetesObject): void {
    const keys = [...(dependents.get(owner.metadata.uid ?? '') ?? [])];
    const blocking = keys.filter((key) => {
      const [kind, namespace, name] = parse(key);
      const current = api.get(kind, namespace, name);
      if (!current.ok) return false;
      const dependent: KubernetesObject = current.object;
      return dependent.metadata.ownerReferences?.some(
        ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion,
      );
    });
    if (blocking.length === 0) removeFinalizer(resource, owner, FOREGROUND);
    for (const key of keys) queue.add(key);
  }

  function removeFinalizer(resource: ResourceName, object: KubernetesObject, finalizer: string): void {
    patchMetadata(resource, object, {
      finalizers: (object.metadata.finalizers ?? []).filter((each) => each !== finalizer),
    });
  }

  function patchMetadata(
    resource: ResourceName,
    { metadata }: KubernetesObject,
    patch: Partial<KubernetesObject['metadata']>,
  ): void {
    api.patch(resource, metadata.namespace ?? '', metadata.name, 'merge', {
      metadata: { uid: metadata.uid, ...patch },
    });
  }

  /** The owner that a reference names, if it is there and is the same one. */
  function lookUp(
    reference: OwnerReference,
    namespace: string | undefined,
  ): { readonly resource: ResourceName; readonly object: KubernetesObject } | undefined {
    const info = RESOURCES.find(
      ({ kind, group }) =>
        kind === reference.kind &&
        group === (reference.apiVersion.includes('/') ? reference.apiVersion.split('/')[0] : ''),
    );
    if (!info) return undefined;
    const result = api.get(info.name, info.namespaced ? (namespace ?? '') : '', reference.name);
    if (!result.ok) return undefined;
    const object: KubernetesObject = result.object;
    return object.metadata.uid === reference.uid ? { resource: info.name, object } : undefined;
  }

  return { stop: () => queue.stop() };
}

function parse(key: string): readonly [ResourceName, string, string] {
  const space = key.indexOf(' ');
  const { namespace, name } = splitKey(key.slice(space + 1));
  return [key.slice(0, space) as ResourceName, namespace, name];
}
