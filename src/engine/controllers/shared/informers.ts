import type { KubernetesObject, Pod, ResourceName, ResourceTypes } from '../../api/index.ts';
import { type ApiClient, createInformer, type Informer } from '../../apiserver/index.ts';
import { createLabelIndex } from './label-index.ts';
import { controllerOf } from './owner-references.ts';

export interface ResourceHandlers<T> {
  readonly added?: (object: T) => void;
  readonly updated?: (before: T, now: T) => void;
  readonly deleted?: (object: T) => void;
}

/** What all controllers know of one kind of object: a cache kept from one watch, and who wants to hear of changes. */
export interface SharedInformer<T> {
  get(namespace: string, name: string): T | undefined;
  list(namespace?: string): readonly T[];
  /** Those that the object with this uid manages. */
  ofController(uid: string | undefined): readonly T[];
  /** Those that nothing manages. */
  orphans(namespace: string): readonly T[];
  /** Before the first event has come. Handlers are called in the order in which they subscribed. */
  subscribe(handlers: ResourceHandlers<T>): void;
}

export interface PodInformer extends SharedInformer<Pod> {
  /** Pods that have all of these labels. */
  labelled(namespace: string, labels: Readonly<Record<string, string>>): readonly Pod[];
  onNode(node: string): readonly Pod[];
}

/** One informer for each kind that somebody asks for (client-go's SharedInformerFactory). */
export interface Informers {
  of<R extends Exclude<ResourceName, 'pods'>>(resource: R): SharedInformer<ResourceTypes[R]>;
  readonly pods: PodInformer;
  stop(): void;
}

export function createInformers(api: ApiClient): Informers {
  const informers = new Map<ResourceName, { readonly shared: unknown; readonly stop: () => void }>();

  function share<R extends ResourceName>(resource: R, first: ResourceHandlers<ResourceTypes[R]> = {}) {
    type T = ResourceTypes[R];
    const byOwner = createBuckets<T>(
      (object) => controllerOf(object)?.uid ?? `namespace/${object.metadata.namespace}`,
    );
    const index: ResourceHandlers<T> = {
      added: byOwner.set,
      updated: (_, object) => byOwner.set(object),
      deleted: byOwner.remove,
    };
    const subscribers: ResourceHandlers<T>[] = [index, first];
    const informer: Informer<T> = createInformer(api, resource, {
      added: (object: T) => {
        for (const handlers of subscribers) handlers.added?.(object);
      },
      updated: (before: T, now: T) => {
        for (const handlers of subscribers) handlers.updated?.(before, now);
      },
      deleted: (object: T) => {
        for (const handlers of subscribers) handlers.deleted?.(object);
      },
    });
    const shared: SharedInformer<T> = {
      get: (namespace, name) => informer.get(namespace, name),
      list: (namespace) => informer.list(namespace),
      ofController: (uid) => byOwner.get(uid ?? ''),
      orphans: (namespace) => byOwner.get(`namespace/${namespace}`),
      subscribe: (handlers) => void subscribers.push(handlers),
    };
    informers.set(resource, { shared, stop: () => informer.stop() });
    return shared;
  }

  const byNode = createBuckets<Pod>((pod) => pod.spec.nodeName ?? '');
  const byLabel = createLabelIndex<Pod>((pod) => pod.metadata.labels ?? {});
  const indexes = [byNode, byLabel];
  const set = (pod: Pod) => {
    for (const index of indexes) index.set(pod);
  };
  const pods: PodInformer = {
    ...share('pods', {
      added: set,
      updated: (_, pod) => set(pod),
      deleted: (pod) => {
        for (const index of indexes) index.remove(pod);
      },
    }),
    labelled: byLabel.select,
    onNode: byNode.get,
  };

  return {
    of<R extends Exclude<ResourceName, 'pods'>>(resource: R) {
      return (informers.get(resource)?.shared ?? share(resource)) as SharedInformer<ResourceTypes[R]>;
    },
    pods,
    stop() {
      for (const { stop } of informers.values()) stop();
    },
  };
}

/** Objects in groups of the same key. */
function createBuckets<T extends KubernetesObject>(keyOf: (object: T) => string) {
  const buckets = new Map<string, Map<string, T>>();
  const bucketOf = new Map<string, string>();
  const nameOf = ({ metadata }: T) => `${metadata.namespace}/${metadata.name}`;
  const remove = (object: T) => {
    const bucket = bucketOf.get(nameOf(object));
    if (bucket === undefined) return;
    bucketOf.delete(nameOf(object));
    const objects = buckets.get(bucket);
    objects?.delete(nameOf(object));
    if (objects?.size === 0) buckets.delete(bucket);
  };
  return {
    set(object: T): void {
      const key = keyOf(object);
      if (bucketOf.get(nameOf(object)) !== key) remove(object);
      bucketOf.set(nameOf(object), key);
      const objects = buckets.get(key) ?? new Map<string, T>();
      buckets.set(key, objects.set(nameOf(object), object));
    },
    remove,
    get: (key: string): readonly T[] => [...(buckets.get(key)?.values() ?? [])],
  };
}
