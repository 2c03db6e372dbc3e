import type { KubernetesObject, Namespace, Pod, ResourceName, ResourceTypes } from '../api/index.ts';
import type { Status } from '../apimachinery/index.ts';

/** What a request to the API server gives back: the object as stored, or the Status that says why not. */
export type ApiResult<T> =
  | { readonly ok: true; readonly object: T; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly status: Status; readonly warnings: readonly string[] };

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  /** As on the command line: `app=hello,tier in (a,b),!old`. */
  readonly labelSelector?: string;
  /** As on the command line: `metadata.name=a,status.phase=Running`. */
  readonly fieldSelector?: string;
}

export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Who writes; shown as an event's source and checked nowhere. */
  readonly fieldManager?: string;
  /** `Strict` rejects unknown and duplicate fields (kubectl's default), `Warn` warns of them, `Ignore` drops them. */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Paths of keys that the text had twice (`spec.ports`); a plain object can no longer tell. */
  readonly duplicateFields?: readonly string[];
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export type PatchType = 'strategic' | 'merge' | 'json';

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: T;
}

/**
 * The API server as its clients see it (client-go's interface, REST verbs). Every stored object is deeply readonly;
 * a write stores a copy. Reads are of the latest state. A `namespace` of '' stands for cluster-scoped resources.
 */
export interface ApiClient {
  get<R extends ResourceName>(resource: R, namespace: string, name: string): ApiResult<ResourceTypes[R]>;
  /** In the order of the storage keys: namespace, then name. */
  list<R extends ResourceName>(resource: R, options?: ListOptions): readonly ResourceTypes[R][];
  create<R extends ResourceName>(
    resource: R,
    object: Unstored<ResourceTypes[R]>,
    options?: WriteOptions,
  ): ApiResult<ResourceTypes[R]>;
  /** Replaces all but status. A `metadata.resourceVersion` that is not the stored one is a Conflict. */
  update<R extends ResourceName>(
    resource: R,
    object: ResourceTypes[R],
    options?: WriteOptions,
  ): ApiResult<ResourceTypes[R]>;
  /** Replaces status alone. */
  updateStatus<R extends ResourceName>(resource: R, object: ResourceTypes[R]): ApiResult<ResourceTypes[R]>;
  patch<R extends ResourceName>(
    resource: R,
    namespace: string,
    name: string,
    type: PatchType,
    patch: unknown,
    options?: WriteOptions & { readonly subresource?: 'status' | 'scale' | 'ephemeralcontainers' },
  ): ApiResult<ResourceTypes[R]>;
  delete<R extends ResourceName>(
    resource: R,
    namespace: string,
    name: string,
    options?: DeleteOptions,
  ): ApiResult<ResourceTypes[R]>;
  /** pods/binding: the scheduler's way to give a pod its node. A pod that has one already is a Conflict. */
  bind(namespace: string, pod: string, node: string): ApiResult<Pod>;
  /** pods/eviction: as a deletion, with the condition DisruptionTarget. */
  evict(namespace: string, pod: string, options?: DeleteOptions): ApiResult<Pod>;
  /** namespaces/finalize: replaces `spec.finalizers` (default: none), which lets a namespace go that is being deleted. */
  finalize(namespace: string, finalizers?: readonly string[]): ApiResult<Namespace>;
  /**
   * ADDED for all that is there, then every change, each delivered by the virtual clock in the order of the writes,
   * never inside the call that caused it. Answers how to stop.
   */
  watch<R extends ResourceName>(
    resource: R,
    handler: (event: WatchEvent<ResourceTypes[R]>) => void,
  ): () => void;
}

/** An object on its way to the server: `apiVersion` and `kind` may be left out, and `generateName` may stand for a name. */
export type Unstored<T extends KubernetesObject> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Partial<T['metadata']>;
};
