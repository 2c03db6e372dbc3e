import type { Clock } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import type { ConntrackEntryView } from '../linux/index.ts';
import { createHealthChecks, type HealthCheckAnswer } from './health-checks.ts';
import { usesLocalhostNodePorts } from './iptables/base-rules.ts';
import { renderJumpRules } from './iptables/jump-rules.ts';
import { createIptablesRenderer } from './iptables/renderer.ts';
import { createRuleCache, type RuleCache } from './iptables/rule-cache.ts';
import type { ProxyConfig } from './proxy-config.ts';
import type { RuleOwner } from './rule.ts';
import { createServiceTracker, type ServiceTracker } from './service-tracker.ts';
import { staleUdpEntries } from './stale-udp.ts';

export interface KubeProxyOptions extends ProxyConfig {
  readonly api: ApiClient;
  readonly clock: Clock;
  /**
   * `iptables-restore --noflush` in the node's network namespace. Must not fail: the text is our own. It comes in pieces
   * of whole lines; those that did not change since the last text are the same strings.
   */
  readonly restore: (pieces: readonly string[]) => void;
  /** `sysctl -w`, for net.ipv4.conf.all.route_localnet. */
  readonly sysctl?: (name: string, value: string) => void;
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
  const tracker = options.tracker ?? createServiceTracker(api);
  const renderer = createIptablesRenderer(options, options.ruleCache ?? createRuleCache());
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
      healthChecks.update(key, renderer.update(key, state));
    }
    options.restore(renderer.render({ step: `${before} ${revision}` }));
    if (udp) options.deleteConntrack?.(staleUdpEntries(renderer.ports()));
  }

  if (usesLocalhostNodePorts(options)) options.sysctl?.('net.ipv4.conf.all.route_localnet', '1');
  options.restore([renderJumpRules()]);
  const stopNodes = api.watch('nodes', ({ type, object }) => {
    if (object.metadata.name !== options.nodeName) return;
    const zone = type === 'DELETED' ? '' : (object.metadata.labels?.['topology.kubernetes.io/zone'] ?? '');
    if (renderer.setZone(zone)) schedule();
  });
  schedule();

  return {
    ownersOf: (line) => renderer.ownersOf(line),
    stop() {
      cancel?.();
      stopNodes();
      tracker.forget(schedule);
      if (!options.tracker) tracker.stop();
      healthChecks.stop();
    },
  };
}
