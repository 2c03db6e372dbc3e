import type { Clock } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import type { ConntrackEntryView } from '../linux/index.ts';
import { createHealthChecks, type HealthCheckAnswer } from './health-checks.ts';
import { createIptablesMode, type IptablesModeOptions } from './iptables/iptables-mode.ts';
import { createRuleCache, type RuleCache } from './iptables/rule-cache.ts';
import { createNftablesMode, type NftablesModeOptions } from './nftables/nftables-mode.ts';
import type { ProxyMode } from './proxy-mode.ts';
import type { RuleOwner } from './rule.ts';
import { createServiceTracker, type ServiceTracker } from './service-tracker.ts';
import { staleUdpEntries } from './stale-udp.ts';

export interface KubeProxyOptions extends IptablesModeOptions, NftablesModeOptions {
  /** Default iptables. */
  readonly mode?: ProxyModeName;
  readonly api: ApiClient;
  readonly clock: Clock;
  /** Deletes the node's conntrack entries for which `isStale` holds. */
  readonly deleteConntrack?: (isStale: (entry: ConntrackEntryView) => boolean) => void;
  /** Opens a TCP port on the node that answers HTTP; answers how to close it. */
  readonly serveHealthCheck?: (port: number, answer: () => HealthCheckAnswer) => () => void;
  /** Shared by the proxies of all nodes, so that rules that are the same on every node are worked out once. */
  readonly ruleCache?: RuleCache;
  /** What the proxies of all nodes watch, once; absent: this one watches alone. */
  readonly tracker?: ServiceTracker;
  /** At least this long between two syncs (`iptables.minSyncPeriod`, default 1 s). */
  readonly minSyncPeriodMs?: number;
}

export type ProxyModeName = 'iptables' | 'nftables';

export interface KubeProxy {
  /**
   * Whom a rule line of this node serves, or the element of a map that it found: the field that matters most first.
   */
  ownersOf(line: string, element?: string): readonly RuleOwner[] | undefined;
  stop(): void;
}

/**
 * Starts one node's kube-proxy: it follows Services, EndpointSlices, ServiceCIDRs and its own Node, and hands the kernel
 * a text whenever they changed, at most once a second.
 */
export function startKubeProxy(options: KubeProxyOptions): KubeProxy {
  const { api, clock } = options;
  const minSyncPeriod = options.minSyncPeriodMs ?? 1000;
  const tracker = options.tracker ?? createServiceTracker(api);
  const rules = createMode(options);
  const healthChecks = createHealthChecks(options, tracker);
  /** The tracker's, that the kernel's rules are of. */
  let revision = 0;
  let lastSync = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  function schedule(): void {
    if (cancel) return;
    cancel = clock.after(Math.max(0, lastSync + minSyncPeriod - clock.now()), sync);
  }

  function sync(): void {
    cancel = undefined;
    lastSync = clock.now();
    tracker.wakeAtNextChange(schedule);
    let udp = false;
    const before = revision;
    revision = tracker.revision();
    for (const key of tracker.changesSince(before)) {
      const state = tracker.state(key);
      udp ||= state.service?.spec.ports?.some((port) => port.protocol === 'UDP') ?? false;
      healthChecks.update(key, rules.update(key, state));
    }
    rules.sync(`${before} ${revision}`, clock.now());
    if (udp) options.deleteConntrack?.(staleUdpEntries(rules.ports()));
  }

  const stopNodes = api.watch('nodes', ({ type, object }) => {
    if (object.metadata.name !== options.nodeName) return;
    const zone = type === 'DELETED' ? '' : (object.metadata.labels?.['topology.kubernetes.io/zone'] ?? '');
    if (rules.setZone(zone)) schedule();
  });
  const cidrs = new Map<string, readonly string[]>();
  const stopCIDRs = api.watch('servicecidrs', ({ type, object }) => {
    const { name } = object.metadata;
    if (type === 'DELETED') cidrs.delete(name);
    else cidrs.set(name, object.spec?.cidrs ?? []);
    const family = options.ipFamily ?? 'IPv4';
    const ofFamily = [...cidrs.values()].flat().filter((cidr) => cidr.includes(':') === (family === 'IPv6'));
    if (rules.setServiceCIDRs(ofFamily)) schedule();
  });
  schedule();

  return {
    ownersOf: (line, element) => rules.ownersOf(line, element),
    stop() {
      cancel?.();
      stopNodes();
      stopCIDRs();
      tracker.forget(schedule);
      if (!options.tracker) tracker.stop();
      healthChecks.stop();
    },
  };
}

function createMode(options: KubeProxyOptions): ProxyMode {
  const { mode = 'iptables', ruleCache = createRuleCache() } = options;
  switch (mode) {
    case 'iptables':
      return createIptablesMode(options, ruleCache);
    case 'nftables':
      return createNftablesMode(options, ruleCache.factsOf);
  }
}
