import type { KubernetesObject, ResourceName } from '../api/index.ts';
import { insertSorted, removeSorted } from './sorted-names.ts';

/**
 * The objects as etcd holds them: `resource / namespace / name`, each namespace's names kept in order, so that a
 * write touches one object and a list is a walk. Every write gets the next revision of the whole store.
 */
export interface Store {
  /** The revision of the latest write. */
  readonly revision: () => number;
  get(resource: ResourceName, namespace: string, name: string): KubernetesObject | undefined;
  /** In the order of the storage keys. Without a namespace: all of them. */
  list(resource: ResourceName, namespace?: string): KubernetesObject[];
  /** The number that the next write will have; taking it uses it up. */
  nextRevision(): number;
  put(resource: ResourceName, object: KubernetesObject): void;
  remove(resource: ResourceName, namespace: string, name: string): void;
}

interface Bucket {
  readonly objects: Map<string, KubernetesObject>;
  /** In order, but for those that are `fresh`. */
  names: string[];
  /** Not yet in their place: events come by the thousand, and nobody lists them meanwhile. */
  readonly fresh: Set<string>;
}

interface Shelf {
  readonly buckets: Map<string, Bucket>;
  /** Namespaces as they stand in storage keys, with the slash that follows: `a-b/` comes before `a/`. */
  readonly prefixes: string[];
}

export function createStore(): Store {
  const shelves = new Map<ResourceName, Shelf>();
  let revision = 0;

  function shelfOf(resource: ResourceName): Shelf {
    let shelf = shelves.get(resource);
    if (!shelf) {
      shelf = { buckets: new Map(), prefixes: [] };
      shelves.set(resource, shelf);
    }
    return shelf;
  }

  function objectsOf(bucket: Bucket): KubernetesObject[] {
    const { objects, fresh } = bucket;
    if (fresh.size > 0) bucket.names = [...bucket.names, ...fresh].sort();
    fresh.clear();
    return bucket.names.map((name) => objects.get(name)!);
  }

  return {
    revision: () => revision,
    nextRevision: () => ++revision,
    get: (resource, namespace, name) => shelves.get(resource)?.buckets.get(namespace)?.objects.get(name),
    list(resource, namespace) {
      const shelf = shelves.get(resource);
      if (!shelf) return [];
      if (namespace !== undefined) {
        const bucket = shelf.buckets.get(namespace);
        return bucket ? objectsOf(bucket) : [];
      }
      return shelf.prefixes.flatMap((prefix) => objectsOf(shelf.buckets.get(prefix.slice(0, -1))!));
    },
    put(resource, object) {
      const shelf = shelfOf(resource);
      const namespace = object.metadata.namespace ?? '';
      let bucket = shelf.buckets.get(namespace);
      if (!bucket) {
        bucket = { objects: new Map(), names: [], fresh: new Set() };
        shelf.buckets.set(namespace, bucket);
        insertSorted(shelf.prefixes, `${namespace}/`);
      }
      if (!bucket.objects.has(object.metadata.name)) bucket.fresh.add(object.metadata.name);
      bucket.objects.set(object.metadata.name, object);
    },
    remove(resource, namespace, name) {
      const shelf = shelfOf(resource);
      const bucket = shelf.buckets.get(namespace);
      if (!bucket?.objects.delete(name)) return;
      if (!bucket.fresh.delete(name)) removeSorted(bucket.names, name);
      if (bucket.objects.size > 0) return;
      shelf.buckets.delete(namespace);
      removeSorted(shelf.prefixes, `${namespace}/`);
    },
  };
}
