import type { KubernetesObject, ResourceName, ResourceTypes } from '../api/index.ts';
import {
  type Clock,
  DEFAULT_EPOCH_MS,
  formatTimestamp,
  parseFieldSelector,
  parseSelector,
  type Random,
  selectorMatches,
} from '../apimachinery/index.ts';
import { createNodePortAllocator } from './allocator/node-ports.ts';
import { createServiceIPAllocator } from './allocator/service-ips.ts';
import { bootstrap } from './bootstrap.ts';
import type { ApiClient, ApiResult, ListOptions, WatchEvent } from './client.ts';
import { fieldsMatch } from './field-selection.ts';
import { bindPod, evictPod } from './pod-subresources.ts';
import { readWarnings } from './read-warnings.ts';
import { createServiceNetwork } from './registry/service-network.ts';
import { createRequests } from './requests.ts';
import { notFoundStatus, resourceInfo } from './statuses.ts';
import { createStore } from './store.ts';
import { createWatchHub } from './watch-hub.ts';

export interface ApiServerOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** `--service-cluster-ip-range`: one range, or one of each family, the default one first. */
  readonly serviceCIDR: string;
  /** Milliseconds since 1970 at which virtual time starts. Default 2026-01-01T00:00:00Z. */
  readonly epochMs?: number;
  /** `--service-node-port-range`. Default 30000-32767. */
  readonly nodePortRange?: string;
  /** `--advertise-address`: where the kubernetes Service leads. Default 10.0.0.10. */
  readonly apiServerAddress?: string;
  /** Default 6443. */
  readonly apiServerPort?: number;
}

/** The API server itself. Components get it as {@link ApiClient}. */
export type ApiServer = ApiClient;

/**
 * Starts an API server with an empty store and what every real one makes for itself: the first namespaces, its own
 * ServiceCIDR, and the Service, EndpointSlice and Endpoints `kubernetes`.
 */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock } = options;
  const random = options.random.fork('apiserver');
  const store = createStore();
  const hub = createWatchHub(clock);
  const serviceCIDRs = options.serviceCIDR.split(',');
  const allocators = {
    ips: createServiceIPAllocator(serviceCIDRs, random.fork('cluster-ips')),
    ports: createNodePortAllocator(options.nodePortRange ?? '30000-32767', random.fork('node-ports')),
  };
  const network = createServiceNetwork(allocators, {
    has: (name) => store.get('ipaddresses', '', name) !== undefined,
    add: (address) => void requests.create('ipaddresses', address),
    remove: (name) => void requests.remove('ipaddresses', '', name),
  });
  const epochMs = options.epochMs ?? DEFAULT_EPOCH_MS;
  const requests = createRequests({ store, hub, clock, random, epochMs, allocators, network });

  function as<R extends ResourceName>(result: ApiResult<KubernetesObject>): ApiResult<ResourceTypes[R]> {
    return result as ApiResult<ResourceTypes[R]>;
  }

  function namespaceOf(
    resource: ResourceName,
    { metadata }: { readonly metadata: { readonly namespace?: string } },
  ): string {
    return resourceInfo(resource).namespaced ? (metadata.namespace ?? 'default') : '';
  }

  const server: ApiServer = {
    get(resource, namespace, name) {
      const object = store.get(resource, resourceInfo(resource).namespaced ? namespace : '', name);
      const warnings = readWarnings(resource);
      if (!object) return { ok: false, status: notFoundStatus(resource, name), warnings };
      return as({ ok: true, object, warnings });
    },
    list: <R extends ResourceName>(
      resource: R,
      { namespace, labelSelector, fieldSelector }: ListOptions = {},
    ) => {
      let objects = store.list(resource, resourceInfo(resource).namespaced ? namespace : undefined);
      if (labelSelector) {
        const parsed = parseSelector(labelSelector);
        objects = parsed.ok
          ? objects.filter(({ metadata }) => selectorMatches(parsed.selector, metadata.labels))
          : [];
      }
      if (fieldSelector) {
        const parsed = parseFieldSelector(fieldSelector);
        objects = parsed.ok ? objects.filter((object) => fieldsMatch(object, parsed.requirements)) : [];
      }
      return objects as unknown as ResourceTypes[R][];
    },
    create: (resource, object, write) => as(requests.create(resource, object, write)),
    update: (resource, object, write) =>
      as(
        requests.update(resource, namespaceOf(resource, object), object.metadata.name, object, 'main', write),
      ),
    updateStatus: (resource, object) =>
      as(requests.update(resource, namespaceOf(resource, object), object.metadata.name, object, 'status')),
    patch: (resource, namespace, name, type, patch, write) =>
      as(requests.patch(resource, namespace, name, type, patch, write?.subresource ?? 'main', write)),
    delete: (resource, namespace, name, how) => as(requests.remove(resource, namespace, name, how)),
    bind: (namespace, name, node) => bindPod(store, requests, namespace, name, node),
    evict: (namespace, name, how = {}) =>
      evictPod(store, requests, namespace, name, formatTimestamp(epochMs + clock.now()), how),
    finalize: (namespace, finalizers = []) =>
      as<'namespaces'>(
        requests.patch('namespaces', '', namespace, 'merge', { spec: { finalizers } }, 'finalize'),
      ),
    watch: (resource, handler) =>
      hub.subscribe(
        resource,
        store.list(resource),
        handler as unknown as (event: WatchEvent<KubernetesObject>) => void,
      ),
  };

  bootstrap(server, {
    serviceCIDRs,
    address: options.apiServerAddress ?? '10.0.0.10',
    port: options.apiServerPort ?? 6443,
  });
  return server;
}
