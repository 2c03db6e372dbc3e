import type { ResourceName, ResourceTypes } from '../api/index.ts';
import type { ApiClient } from './client.ts';
import { objectKey } from './object-key.ts';

export interface InformerHandlers<T> {
  readonly added?: (object: T) => void;
  readonly updated?: (old: T, object: T) => void;
  readonly deleted?: (object: T) => void;
}

/** What a component knows of a resource: as much as the watch has told it so far (client-go's SharedIndexInformer). */
export interface Informer<T> {
  get(namespace: string, name: string): T | undefined;
  /** In no particular order. */
  list(namespace?: string): readonly T[];
  stop(): void;
}

/** Watches a resource and keeps what it has seen, so that handlers get the old version beside the new one. */
export function createInformer<R extends ResourceName>(
  client: ApiClient,
  resource: R,
  handlers: InformerHandlers<ResourceTypes[R]> = {},
): Informer<ResourceTypes[R]> {
  type T = ResourceTypes[R];
  const known = new Map<string, Map<string, T>>();
  const bucket = (namespace: string) => {
    const present = known.get(namespace) ?? new Map<string, T>();
    known.set(namespace, present);
    return present;
  };
  const stop = client.watch(resource, ({ type, object }) => {
    const namespace = object.metadata.namespace ?? '';
    const objects = bucket(namespace);
    const key = objectKey(object);
    const old = objects.get(key);
    if (type === 'DELETED') {
      objects.delete(key);
      handlers.deleted?.(object);
      return;
    }
    objects.set(key, object);
    if (old === undefined) handlers.added?.(object);
    else handlers.updated?.(old, object);
  });
  return {
    get: (namespace, name) => known.get(namespace)?.get(namespace ? `${namespace}/${name}` : name),
    list: (namespace) =>
      namespace === undefined
        ? [...known.values()].flatMap((objects) => [...objects.values()])
        : [...(known.get(namespace)?.values() ?? [])],
    stop,
  };
}
