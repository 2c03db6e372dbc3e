/**
 * What each verb does to the store, in the order of the real server:
 *
 * ```
 * decode ▶ default ▶ admit ▶ allocate ▶ validate ▶ store ▶ watch events
 * ```
 */
import {
  apiVersionOf,
  type Ingress,
  type KubernetesObject,
  type Node,
  type Pod,
  type ResourceInfo,
  type ResourceName,
  type Service,
} from '../api/index.ts';
import {
  type Clock,
  deepEqual,
  type FieldError,
  formatTimestamp,
  generateName,
  invalid,
  type Random,
  randomUID,
  type Status,
} from '../apimachinery/index.ts';
import {
  admitIngress,
  admitNamespace,
  admitNode,
  admitPod,
  admitPodUpdate,
  admitValidPod,
} from './admission.ts';
import type { ApiResult, DeleteOptions, PatchType, WriteOptions } from './client.ts';
import { decodeObject } from './decode/decode-object.ts';
import { deletionOf } from './deletion.ts';
import type { Mutable } from './mutable.ts';
import {
  isGone,
  keepOtherParts,
  keepStatus,
  keepSystemMetadata,
  type Part,
  partOf,
  sameButMetadataAndStatus,
} from './object-parts.ts';
import { applyPatch } from './patch.ts';
import { misnamedPatch, undecodablePatch } from './patch-errors.ts';
import { readWarnings } from './read-warnings.ts';
import { markScheduled } from './registry/pod.ts';
import {
  type AllocationResult,
  allocateForCreate,
  allocateForUpdate,
  type ServiceAllocators,
} from './registry/service-allocation.ts';
import type { ServiceNetwork } from './registry/service-network.ts';
import { STRATEGIES } from './registry/strategies.ts';
import {
  alreadyExistsStatus,
  badRequestStatus,
  conflictStatus,
  invalidStatus,
  notFoundStatus,
  qualifiedResource,
  resourceInfo,
} from './statuses.ts';
import type { Store } from './store.ts';
import type { Strategy } from './strategy.ts';
import {
  validateKubeFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './validation/object-meta.ts';
import { validateEphemeralContainersUpdate } from './validation/pod-update.ts';
import type { WatchHub } from './watch-hub.ts';

export interface RequestContext {
  readonly store: Store;
  readonly hub: WatchHub;
  readonly clock: Clock;
  readonly random: Random;
  readonly epochMs: number;
  readonly allocators: ServiceAllocators;
  readonly network: ServiceNetwork;
}

type Result = ApiResult<KubernetesObject>;
type AnyStrategy = Strategy<KubernetesObject>;

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export interface Requests {
  create(resource: ResourceName, input: unknown, options?: WriteOptions): Result;
  update(
    resource: ResourceName,
    namespace: string,
    name: string,
    input: unknown,
    part: Part,
    options?: WriteOptions,
  ): Result;
  patch(
    resource: ResourceName,
    namespace: string,
    name: string,
    type: PatchType,
    patch: unknown,
    part: Part,
    options?: WriteOptions,
  ): Result;
  remove(resource: ResourceName, namespace: string, name: string, options?: DeleteOptions): Result;
}

export function createRequests(context: RequestContext): Requests {
  const { store, hub, clock, random, epochMs, allocators, network } = context;
  const now = () => formatTimestamp(epochMs + clock.now());

  function create(resource: ResourceName, input: unknown, options: WriteOptions = {}): Result {
    const info = resourceInfo(resource);
    const strategy = STRATEGIES[resource] as unknown as AnyStrategy;
    const decoded = decodeObject(info, input, options);
    if (!decoded.ok) return refuse(decoded.status);
    const draft = decoded.object;
    const { metadata } = draft;
    if (info.namespaced) metadata.namespace ||= 'default';
    else delete metadata.namespace;
    if (metadata.resourceVersion)
      return refuse(badRequestStatus('resourceVersion should not be set on objects to be created'));
    strategy.applyDefaults?.(draft);
    const unwelcome = info.namespaced ? admitNamespace(store, resource, draft) : undefined;
    if (unwelcome) return refuse(unwelcome);
    const refused = admit(resource, draft);
    if (refused) return refuse(refused);
    if (metadata.generateName && !metadata.name) metadata.name = generateName(random, metadata.generateName);
    metadata.uid = randomUID(random);
    metadata.creationTimestamp = now();
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.generation;
    if (strategy.generation) metadata.generation = 1;
    strategy.prepareForCreate?.(draft);
    const allocation =
      resource === 'services' ? allocateForCreate(draft as Mutable<Service>, allocators) : undefined;
    if (allocation && !allocation.ok) return refuse(allocation.status);
    const errors = [
      ...validateObjectMeta(metadata, info.namespaced, strategy.nameRule, 'metadata'),
      ...(strategy.anyFinalizers ? [] : validateKubeFinalizers(metadata, 'metadata')),
      ...(strategy.validate?.(draft) ?? []),
    ];
    const status =
      errors.length > 0
        ? invalidStatus(resource, metadata.name ?? '', errors)
        : (admitValid(resource, draft) ?? existing(resource, draft));
    const warnings = [...decoded.warnings, ...(status ? [] : (strategy.warnings?.(draft, undefined) ?? []))];
    if (status || options.dryRun) {
      if (allocation?.ok) allocation.revert();
      return status ? { ok: false, status, warnings } : { ok: true, object: draft, warnings };
    }
    settleAllocation(allocation);
    return { ok: true, object: put(info, draft, 'ADDED'), warnings };
  }

  /** The admission plugins that know one kind. */
  function admit(resource: ResourceName, draft: Mutable<KubernetesObject>): Status | undefined {
    switch (resource) {
      case 'pods':
        return admitPod(store, draft as Mutable<Pod>, random);
      case 'ingresses':
        return admitIngress(store, draft as Mutable<Ingress>);
      case 'nodes':
        return void admitNode(draft as Mutable<Node>);
      default:
        return undefined;
    }
  }

  function admitValid(resource: ResourceName, draft: KubernetesObject): Status | undefined {
    return resource === 'pods' ? admitValidPod(draft as Pod) : undefined;
  }

  function existing(resource: ResourceName, { metadata }: KubernetesObject): Status | undefined {
    return store.get(resource, metadata.namespace ?? '', metadata.name)
      ? alreadyExistsStatus(resource, metadata.name)
      : undefined;
  }

  function update(
    resource: ResourceName,
    namespace: string,
    name: string,
    input: unknown,
    part: Part,
    options: WriteOptions = {},
    undecodable?: (why: string) => Status,
  ): Result {
    const info = resourceInfo(resource);
    const strategy = STRATEGIES[resource] as unknown as AnyStrategy;
    const old = store.get(resource, info.namespaced ? namespace : '', name);
    if (!old) return refuse(notFoundStatus(resource, name));
    const decoded = decodeObject(info, partOf(input, part), options, new Set(strategy.parts?.(old)));
    if (!decoded.ok) return refuse(undecodable?.(decoded.why) ?? decoded.status);
    const draft = decoded.object;
    const { metadata } = draft;
    if (info.namespaced) metadata.namespace ||= namespace;
    else delete metadata.namespace;
    if (metadata.resourceVersion && metadata.resourceVersion !== old.metadata.resourceVersion) {
      return refuse(conflictStatus(resource, name, MODIFIED));
    }
    if (strategy.conditionalUpdate && part === 'main' && !metadata.resourceVersion) {
      const why = invalid('metadata.resourceVersion', 0, 'must be specified for an update');
      const status = invalidStatus(resource, name, [why]);
      return refuse({
        ...status,
        message: `${qualifiedResource(info)} "${name}" is invalid: ${why.field}: ${why.message}`,
      });
    }
    if (metadata.uid && metadata.uid !== old.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid}`;
      return refuse(conflictStatus(resource, name, why));
    }
    keepSystemMetadata(draft, old);
    if (part !== 'main') keepOtherParts(draft, old, part);
    if (part === 'binding') markScheduled(draft as Mutable<Pod>, now());
    strategy.applyDefaults?.(draft);
    if (part === 'main') {
      keepStatus(draft, old);
      if (resource === 'pods') admitPodUpdate(draft as Mutable<Pod>, old as Pod);
      strategy.prepareForUpdate?.(draft, old);
    }
    const allocation =
      resource === 'services' && part === 'main'
        ? allocateForUpdate(draft as Mutable<Service>, old as Service, allocators)
        : undefined;
    if (allocation && !allocation.ok) return refuse(allocation.status);
    const errors = validateChange(strategy, draft, old, part);
    const warnings = [
      ...decoded.warnings,
      ...(errors.length === 0 && part === 'main' ? (strategy.warnings?.(draft, old) ?? []) : []),
    ];
    if (errors.length > 0) {
      if (allocation?.ok) allocation.revert();
      return { ok: false, status: invalidStatus(resource, name, errors), warnings };
    }
    const countsChanges = strategy.generation && ['main', 'scale', 'ephemeralcontainers'].includes(part);
    const relabelled =
      strategy.generationOfLabels && !deepEqual(metadata.labels ?? {}, old.metadata.labels ?? {});
    if (countsChanges && (relabelled || !sameButMetadataAndStatus(draft, old))) {
      metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    if (options.dryRun) {
      if (allocation?.ok) allocation.revert();
      return { ok: true, object: draft, warnings };
    }
    settleAllocation(allocation);
    if (isGone(draft)) return { ok: true, object: erase(info, draft), warnings };
    metadata.resourceVersion = old.metadata.resourceVersion!;
    if (deepEqual(draft, old)) return { ok: true, object: old, warnings };
    return { ok: true, object: put(info, draft, 'MODIFIED'), warnings };
  }

  function validateChange(
    strategy: AnyStrategy,
    draft: KubernetesObject,
    old: KubernetesObject,
    part: Part,
  ): FieldError[] {
    const errors = [
      ...validateObjectMetaUpdate(draft.metadata, old.metadata, 'metadata'),
      ...(strategy.anyFinalizers ? [] : validateKubeFinalizers(draft.metadata, 'metadata')),
    ];
    switch (part) {
      case 'main':
      case 'scale':
        return [...errors, ...(strategy.validateUpdate?.(draft, old) ?? [])];
      case 'status':
        return [...errors, ...(strategy.validateStatusUpdate?.(draft, old) ?? [])];
      case 'ephemeralcontainers':
        return [...errors, ...validateEphemeralContainersUpdate(draft as Pod, old as Pod)];
      case 'binding':
      case 'finalize':
        return errors;
    }
  }

  function remove(
    resource: ResourceName,
    namespace: string,
    name: string,
    options: DeleteOptions = {},
  ): Result {
    const info = resourceInfo(resource);
    const old = store.get(resource, info.namespaced ? namespace : '', name);
    if (!old) return refuse(notFoundStatus(resource, name));
    const { uid, resourceVersion } = options.preconditions ?? {};
    if (uid !== undefined && uid !== old.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
      return refuse(conflictStatus(resource, name, why));
    }
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) {
      const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${old.metadata.resourceVersion}`;
      return refuse(conflictStatus(resource, name, why));
    }
    const deletion = deletionOf(resource, old, options, epochMs + clock.now());
    if (deletion.kind === 'refused') return refuse(deletion.status);
    if (options.dryRun) return accept(deletion.kind === 'marked' ? deletion.object : old);
    if (deletion.kind === 'now') return accept(erase(info, old));
    if (deepEqual(deletion.object, old)) return accept(old);
    return accept(put(info, deletion.object, 'MODIFIED'));
  }

  function patch(
    resource: ResourceName,
    namespace: string,
    name: string,
    type: PatchType,
    change: unknown,
    part: Part,
    options: WriteOptions = {},
  ): Result {
    const info = resourceInfo(resource);
    const old = store.get(resource, info.namespaced ? namespace : '', name);
    if (!old) return refuse(notFoundStatus(resource, name));
    const patched = applyPatch(info, old, type, change);
    if (!patched.ok) return refuse(patched.status);
    // A JSON patch that renames is left to validation: the name is immutable.
    const misnamed =
      type === 'json' ? undefined : misnamedPatch(patched.object, info.namespaced ? namespace : '', name);
    if (misnamed) return refuse(misnamed);
    return update(resource, namespace, name, patched.object, part, options, (why) =>
      undecodablePatch(type, change, patched.object, why),
    );
  }

  /** Stores one version of an object and tells who watches. */
  function put(info: ResourceInfo, draft: KubernetesObject, type: 'ADDED' | 'MODIFIED'): KubernetesObject {
    const object = inOrder(info, draft, String(store.nextRevision()));
    store.put(info.name, object);
    network.changed(info.name, object);
    hub.publish(info.name, { type, object });
    return object;
  }

  /** Takes an object out of the store; its last version carries the revision of its end. */
  function erase(info: ResourceInfo, last: KubernetesObject): KubernetesObject {
    const object = inOrder(info, last, String(store.nextRevision()));
    store.remove(info.name, object.metadata.namespace ?? '', object.metadata.name);
    network.removed(info.name, object);
    hub.publish(info.name, { type: 'DELETED', object });
    return object;
  }

  /** What the server says of a resource, whatever is done with it, comes first. */
  function told(resource: ResourceName, result: Result): Result {
    const warnings = readWarnings(resource);
    return warnings.length === 0 ? result : { ...result, warnings: [...warnings, ...result.warnings] };
  }

  return {
    create: (resource, ...rest) => told(resource, create(resource, ...rest)),
    update: (resource, ...rest) => told(resource, update(resource, ...rest)),
    patch: (resource, ...rest) => told(resource, patch(resource, ...rest)),
    remove: (resource, ...rest) => told(resource, remove(resource, ...rest)),
  };
}

function refuse(status: Status): Result {
  return { ok: false, status, warnings: [] };
}

function accept(object: KubernetesObject): Result {
  return { ok: true, object, warnings: [] };
}

function settleAllocation(allocation: AllocationResult | undefined): void {
  if (allocation?.ok) allocation.commit();
}

/** apiVersion, kind and metadata first, as objects are printed. */
function inOrder(info: ResourceInfo, object: KubernetesObject, resourceVersion: string): KubernetesObject {
  const { apiVersion: _, kind: __, metadata, ...rest } = object;
  return {
    apiVersion: apiVersionOf(info),
    kind: info.kind,
    metadata: { ...metadata, resourceVersion },
    ...rest,
  };
}
