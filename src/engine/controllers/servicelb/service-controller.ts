import type { Node, Service } from '../../api/index.ts';
import {
  addressAt,
  deepEqual,
  formatIP,
  parseCIDR,
  parseIP,
  prefixContains,
  prefixSize,
} from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';

const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';
const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';
const DEFAULT_DELAY_MS = 3000;

/** A load balancer as the cloud has set it up. */
export interface LoadBalancer {
  readonly namespace: string;
  readonly service: string;
  readonly address: string;
  readonly ports: readonly {
    readonly protocol: 'TCP' | 'UDP' | 'SCTP';
    readonly port: number;
    readonly nodePort?: number;
  }[];
  /** The names of the nodes that it sends packets to. */
  readonly nodes: readonly string[];
  /** Policy Local: the port on which a node says whether it has an endpoint. */
  readonly healthCheckNodePort?: number;
}

export interface LoadBalancerProvider {
  /** Where the balancers' addresses come from: `203.0.113.0/24`. */
  readonly pool: string;
  /** How long the cloud takes, in virtual milliseconds. Default 3 s. */
  readonly delayMs?: number;
  /** How packets for the address reach the nodes (status.loadBalancer.ingress[].ipMode). Default VIP. */
  readonly ipMode?: 'VIP' | 'Proxy';
  /** Hears of all balancers whenever one comes, changes or goes. */
  readonly configure?: (balancers: readonly LoadBalancer[]) => void;
}

/**
 * Gives Services of type LoadBalancer an address, after the time that a cloud takes. Models the service controller of
 * the cloud-controller-manager (k8s.io/cloud-provider/controllers/service, v1.36); a cluster without one leaves them
 * pending for ever.
 */
export function startServiceController(
  context: ControllerContext,
  provider: LoadBalancerProvider,
): Controller {
  const { api, clock, informers } = context;
  const record = createEventRecorder({ ...context, client: api, component: 'service-controller' });
  const services = informers.of('services');
  const nodes = informers.of('nodes');
  const pool = parseCIDR(provider.pool);
  const balancers = new Map<string, LoadBalancer>();
  const underWay = new Set<string>();
  const queue = createWorkQueue({ clock, reconcile });
  const wake = (service: Service) => queue.add(objectKey(service));
  services.subscribe({ added: wake, updated: (_, service) => wake(service), deleted: wake });
  nodes.subscribe({
    added: wakeAll,
    deleted: wakeAll,
    updated(before, node) {
      if (isBackend(before) !== isBackend(node)) wakeAll();
    },
  });

  function wakeAll(): void {
    for (const key of balancers.keys()) queue.add(key);
  }

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = services.get(namespace, name);
    const wanted =
      service?.spec.type === 'LoadBalancer' &&
      !service.spec.loadBalancerClass &&
      service.metadata.deletionTimestamp === undefined;
    if (underWay.has(key)) return;
    if (service && wanted) {
      if (!deepEqual(balancers.get(key), describe(service, balancers.get(key)?.address ?? '')))
        ensure(key, service);
      return;
    }
    if (balancers.has(key) || service?.metadata.finalizers?.includes(FINALIZER)) remove(key, service);
  }

  /** The cloud works in its own time; nothing waits for it. */
  function later(key: string, work: () => void): void {
    underWay.add(key);
    clock.after(
      provider.delayMs ?? DEFAULT_DELAY_MS,
      () => {
        underWay.delete(key);
        work();
        provider.configure?.([...balancers.values()]);
        queue.add(key);
      },
      { background: true },
    );
  }

  function ensure(key: string, service: Service): void {
    const known = balancers.get(key);
    const { namespace = '', name } = service.metadata;
    if (!known) {
      if (!service.metadata.finalizers?.includes(FINALIZER)) {
        api.patch('services', namespace, name, 'merge', {
          metadata: { finalizers: [...(service.metadata.finalizers ?? []), FINALIZER] },
        });
      }
      record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
    }
    later(key, () => {
      const current = api.get('services', namespace, name);
      if (!current.ok || current.object.spec.type !== 'LoadBalancer') return;
      const address = known?.address ?? allocate(current.object.spec.loadBalancerIP);
      if (address === undefined) {
        record(
          current.object,
          'Warning',
          'SyncLoadBalancerFailed',
          current.object.spec.loadBalancerIP
            ? `Error syncing load balancer: failed to ensure load balancer: requested address ${current.object.spec.loadBalancerIP} is not available`
            : 'Error syncing load balancer: failed to ensure load balancer: no address is left in the pool',
        );
        return;
      }
      balancers.set(key, describe(current.object, address));
      const loadBalancer = { ingress: [{ ip: address, ipMode: provider.ipMode ?? ('VIP' as const) }] };
      if (!deepEqual(current.object.status?.loadBalancer, loadBalancer)) {
        api.updateStatus('services', {
          ...current.object,
          status: { ...current.object.status, loadBalancer },
        });
      }
      if (known)
        record(current.object, 'Normal', 'UpdatedLoadBalancer', 'Updated load balancer with new hosts');
      else record(current.object, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
    });
  }

  function remove(key: string, service: Service | undefined): void {
    if (service) record(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
    later(key, () => {
      balancers.delete(key);
      const { namespace, name } = splitKey(key);
      const current = api.get('services', namespace, name);
      if (!current.ok) return;
      if (current.object.status?.loadBalancer?.ingress) {
        api.updateStatus('services', {
          ...current.object,
          status: { ...current.object.status, loadBalancer: {} },
        });
      }
      record(current.object, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
      const finalizers = (current.object.metadata.finalizers ?? []).filter(
        (finalizer) => finalizer !== FINALIZER,
      );
      api.patch('services', namespace, name, 'merge', { metadata: { finalizers } });
    });
  }

  function describe(service: Service, address: string): LoadBalancer {
    const { namespace = '', name } = service.metadata;
    const { healthCheckNodePort, ports = [] } = service.spec;
    return {
      namespace,
      service: name,
      address,
      ports: ports.map(({ protocol = 'TCP', port, nodePort }) => ({
        protocol,
        port,
        ...(nodePort ? { nodePort } : {}),
      })),
      nodes: nodes
        .list()
        .filter(isBackend)
        .map(({ metadata }) => metadata.name)
        .sort(),
      ...(healthCheckNodePort ? { healthCheckNodePort } : {}),
    };
  }

  /** The address that was asked for if it is free; else the lowest free one, without the first and the last of the pool. */
  function allocate(wanted: string | undefined): string | undefined {
    const used = new Set([...balancers.values()].map(({ address }) => address));
    if (!pool) return undefined;
    if (wanted) {
      const address = parseIP(wanted);
      const inPool = address !== undefined && prefixContains(pool, address);
      return inPool && !used.has(wanted) ? wanted : undefined;
    }
    const size = prefixSize(pool);
    const [first, last] = size > 2 ? [1, size - 2] : [0, size - 1];
    for (let offset = first; offset <= last; offset++) {
      const address = formatIP(addressAt(pool, offset));
      if (!used.has(address)) return address;
    }
    return undefined;
  }

  return { stop: () => queue.stop() };
}

/** Ready nodes that do not ask to be left out (nodeReadyPredicate, nodeIncludedPredicate). */
function isBackend({ metadata, status }: Node): boolean {
  if (metadata.labels?.[EXCLUDE_LABEL] !== undefined || metadata.deletionTimestamp !== undefined)
    return false;
  return status?.conditions?.some(({ type, status: state }) => type === 'Ready' && state === 'True') ?? false;
}
