import type { EndpointSlice, ObjectReference, Service } from '../api/index.ts';
import type { Clock } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import type { ConntrackEntryView } from '../linux/index.ts';
import { usesLocalhostNodePorts } from './iptables/base-rules.ts';
import { renderJumpRules } from './iptables/jump-rules.ts';
import { createIptablesRenderer } from './iptables/renderer.ts';
import type { RuleOwner } from './iptables/rule.ts';
import { createRuleCache, type RuleCache } from './iptables/rule-cache.ts';
import type { ProxyConfig } from './proxy-config.ts';
import { staleUdpEntries } from './stale-udp.ts';

/** What a load balancer's probe of a Service's health-check node port is answered (pkg/proxy/healthcheck). */
export interface HealthCheckAnswer {
  /** 200 when the node has a ready endpoint of the Service, else 503. */
  readonly status: 200 | 503;
  /** JSON. */
  readonly body: string;
  readonly localEndpoints: number;
}

export interface KubeProxyOptions extends ProxyConfig {
  readonly api: ApiClient;
  readonly clock: Clock;
  /** `iptables-restore --noflush` in the node's network namespace. Must not fail: the text is our own. */
  readonly restore: (text: string) => void;
  /** `sysctl -w`, for net.ipv4.conf.all.route_localnet. */
  readonly sysctl?: (name: string, value: string) => void;
  /** Deletes the node's conntrack entries for which `isStale` holds. */
  readonly deleteConntrack?: (isStale: (entry: ConntrackEntryView) => boolean) => void;
  /** Opens a TCP port on the node that answers HTTP; answers how to close it. */
  readonly serveHealthCheck?: (port: number, answer: () => HealthCheckAnswer) => () => void;
  /** Shared by the proxies of all nodes, so that rules that are the same on every node are worked out once. */
  readonly ruleCache?: RuleCache;
  /** At least this long between two syncs (`iptables.minSyncPeriod`, default 1 s). */
  readonly minSyncPeriodMs?: number;
}

export interface KubeProxy {
  /** Whom a rule line of this node serves: the field that matters most first. */
  ownersOf(line: string): readonly RuleOwner[] | undefined;
  stop(): void;
}

/**
 * Starts one node's kube-proxy in iptables mode: it follows Services, EndpointSlices and its own Node, and hands the
 * kernel a text whenever they changed, at most once a second.
 */
export function startKubeProxy(options: KubeProxyOptions): KubeProxy {
  const { api, clock } = options;
  const minSyncPeriod = options.minSyncPeriodMs ?? 1000;
  const { ruleCache = createRuleCache() } = options;
  const renderer = createIptablesRenderer(options, ruleCache);
  const services = new Map<string, Service>();
  const slices = new Map<string, Map<string, EndpointSlice>>();
  /** The Service of each slice, by the slice's uid. */
  const serviceOfUid = new Map<string, string>();
  const dirty = new Set<string>();
  const healthChecks = new Map<number, () => void>();
  let lastSync = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  function schedule(): void {
    if (cancel) return;
    cancel = clock.after(Math.max(0, lastSync + minSyncPeriod - clock.now()), sync);
  }

  function markDirty(key: string): void {
    dirty.add(key);
    schedule();
  }

  function sync(): void {
    cancel = undefined;
    lastSync = clock.now();
    let udp = false;
    for (const key of dirty) {
      const service = services.get(key);
      udp ||= service?.spec.ports?.some((port) => port.protocol === 'UDP') ?? false;
      renderer.update(key, service, slices.get(key)?.values() ?? []);
    }
    dirty.clear();
    options.restore(renderer.render());
    syncHealthChecks();
    if (udp) options.deleteConntrack?.(staleUdpEntries(renderer.ports()));
  }

  function syncHealthChecks(): void {
    const serve = options.serveHealthCheck;
    if (!serve) return;
    const wanted = new Map<number, string>();
    for (const { port } of renderer.ports()) {
      if (port.healthCheckNodePort !== 0) {
        wanted.set(
          port.healthCheckNodePort,
          `${port.service.metadata.namespace}/${port.service.metadata.name}`,
        );
      }
    }
    for (const [port, close] of healthChecks) {
      if (wanted.has(port)) continue;
      close();
      healthChecks.delete(port);
    }
    for (const [port, key] of wanted) {
      if (!healthChecks.has(port))
        healthChecks.set(
          port,
          serve(port, () => healthOf(key)),
        );
    }
  }

  function healthOf(key: string): HealthCheckAnswer {
    const local = new Set<string>();
    for (const slice of slices.get(key)?.values() ?? []) {
      for (const endpoint of slice.endpoints ?? []) {
        if (endpoint.nodeName === options.nodeName && (endpoint.conditions?.ready ?? true))
          local.add(endpoint.addresses[0] ?? '');
      }
    }
    const [namespace = '', name = ''] = key.split('/');
    const body = JSON.stringify(
      { service: { namespace, name }, localEndpoints: local.size, serviceProxyHealthy: true },
      null,
      '\t',
    );
    return { status: local.size > 0 ? 200 : 503, body, localEndpoints: local.size };
  }

  const nameOf = ({ metadata }: { readonly metadata: Pick<ObjectReference, 'namespace' | 'name'> }) =>
    `${metadata.namespace}/${metadata.name}`;

  if (usesLocalhostNodePorts(options)) options.sysctl?.('net.ipv4.conf.all.route_localnet', '1');
  options.restore(renderJumpRules());
  const stops = [
    api.watch('services', ({ type, object }) => {
      const key = nameOf(object);
      if (type === 'DELETED') services.delete(key);
      else services.set(key, object);
      markDirty(key);
    }),
    api.watch('endpointslices', ({ type, object }) => {
      const uid = object.metadata.uid ?? '';
      const before = serviceOfUid.get(uid);
      const now = type === 'DELETED' ? undefined : ruleCache.serviceOf(object);
      if (before !== undefined && before !== now) {
        slices.get(before)?.delete(uid);
        serviceOfUid.delete(uid);
        markDirty(before);
      }
      if (now === undefined) return;
      if (before !== now) serviceOfUid.set(uid, now);
      const ofService = slices.get(now) ?? new Map<string, EndpointSlice>();
      slices.set(now, ofService.set(uid, object));
      markDirty(now);
    }),
    api.watch('nodes', ({ type, object }) => {
      if (object.metadata.name !== options.nodeName) return;
      const zone = type === 'DELETED' ? '' : (object.metadata.labels?.['topology.kubernetes.io/zone'] ?? '');
      if (renderer.setZone(zone)) schedule();
    }),
  ];
  schedule();

  return {
    ownersOf: (line) => renderer.ownersOf(line),
    stop() {
      cancel?.();
      for (const stop of stops) stop();
      for (const close of healthChecks.values()) close();
    },
  };
}
