import type { EndpointSlice, Service } from '../../api/index.ts';
import type { ProxyEndpoint } from '../endpoint.ts';
import type { ProxyConfig } from '../proxy-config.ts';
import type { ServicePort } from '../service-port.ts';
import { categorizeEndpoints } from '../topology.ts';
import { baseRules } from './base-rules.ts';
import { endpointChainName } from './chain-names.ts';
import type { EndpointChain } from './endpoint-rules.ts';
import { localTrafficMatch } from './local-traffic.ts';
import type { RuleOwner } from './rule.ts';
import { createRuleCache, endpointsOf, type RuleCache, type ServiceFacts } from './rule-cache.ts';
import { chainLine, type ServicePortRules, servicePortRules } from './service-port-rules.ts';

/** Above this number of endpoints in all, the comments that repeat for each of them are left out. */
const LARGE_CLUSTER_ENDPOINTS = 1000;

/** One Service on this node. */
interface Entry {
  readonly facts: ServiceFacts;
  rules: readonly ServicePortRules[] | undefined;
}

export interface IptablesRenderer {
  /** Says what is known of a Service (`namespace/name`) now: absent, it is gone. Slices are all of that Service's. */
  update(key: string, service: Service | undefined, slices: Iterable<EndpointSlice>): void;
  /** The node's zone; answers whether it is another than before. */
  setZone(zone: string): boolean;
  /**
   * The text for `iptables-restore --noflush` that brings the node from the last text to now. Chains of Services that
   * did not change are left out of it, as kube-proxy's partial sync does; the first text, or a `full` one, has all.
   */
  render(full?: boolean): string;
  /** The owners of a rule line of any text up to now whose object still stands. */
  ownersOf(line: string): readonly RuleOwner[] | undefined;
  /** Every Service port and its endpoints, as of the last update. */
  ports(): Iterable<{ readonly port: ServicePort; readonly endpoints: readonly ProxyEndpoint[] }>;
}

/**
 * Keeps the rules of each Service and writes them as text. Models kube-proxy's syncProxyRules
 * (pkg/proxy/iptables/proxier.go, v1.36); where Go's map order is random, Services come in the order of their names.
 */
export function createIptablesRenderer(
  config: ProxyConfig,
  cache: RuleCache = createRuleCache(),
): IptablesRenderer {
  const family = config.ipFamily ?? 'IPv4';
  const base = baseRules(config);
  const localTraffic = localTrafficMatch(config.localDetector);
  const entries = new Map<string, Entry>();
  let order: readonly string[] | undefined;
  const changed = new Set<string>();
  let everything = true;
  let zone = '';
  let largeCluster = false;
  let totalEndpoints = 0;
  let owners: Map<string, readonly RuleOwner[]> | undefined;
  /** Who has each chain of its own in the kernel now. */
  const chainsOf = new Map<string, readonly string[]>();
  let removed: string[] = [];

  /** What of the configuration shows in rules that are the same on every node. */
  const settings = JSON.stringify([config.masqueradeAll ?? false, localTraffic?.ifLocal ?? '', base]);

  function rulesOf(entry: Entry): readonly ServicePortRules[] {
    if (entry.rules) return entry.rules;
    const { facts } = entry;
    const key = `${settings} ${largeCluster}`;
    const shared = facts.sameOnEveryNode ? facts.rules.get(key) : undefined;
    entry.rules = shared ?? facts.ports.map((port) => portRules(port, endpointsOf(port, facts.endpoints)));
    if (facts.sameOnEveryNode) facts.rules.set(key, entry.rules);
    return entry.rules;
  }

  function portRules(port: ServicePort, endpoints: readonly ProxyEndpoint[]): ServicePortRules {
    const categorized = categorizeEndpoints(endpoints, port, { nodeName: config.nodeName, zone });
    const protocol = port.protocol.toLowerCase();
    const chains = new Map<ProxyEndpoint, EndpointChain>();
    const chainOf = (endpoint: ProxyEndpoint) => {
      const known = chains.get(endpoint) ?? {
        endpoint,
        chain: endpointChainName(port.name, protocol, endpoint.name),
      };
      chains.set(endpoint, known);
      return known;
    };
    return servicePortRules(port, categorized, chainOf, {
      nodeIP: config.nodeIP,
      masqueradeAll: config.masqueradeAll ?? false,
      localTraffic,
      largeCluster,
    });
  }

  function forgetRules(): void {
    for (const entry of entries.values()) entry.rules = undefined;
    everything = true;
  }

  function render(full = false): string {
    const isLarge = totalEndpoints > LARGE_CLUSTER_ENDPOINTS;
    if (isLarge !== largeCluster) {
      largeCluster = isLarge;
      // Only what is written anew gets or loses its comments; the rest keeps the text that the kernel has.
      for (const key of changed) {
        const entry = entries.get(key);
        if (entry) entry.rules = undefined;
      }
    }
    const all = full || everything;
    if (all) forgetRules();

    order ??= [...entries.keys()].sort();
    const gone = new Set(removed);
    const written = new Set<string>();
    for (const key of all ? order : changed) {
      const entry = entries.get(key);
      if (!entry) continue;
      for (const chain of chainsOf.get(key) ?? []) gone.add(chain);
      const chains = rulesOf(entry).flatMap((port) => port.chains);
      chainsOf.set(key, chains);
      for (const chain of chains) written.add(chain);
    }
    const stale = [...gone].filter((chain) => !written.has(chain));
    const text = sharedText(all, stale);
    changed.clear();
    removed = [];
    everything = false;
    return text;
  }

  /** Proxies of nodes that are alike write the same text: it is put together once. */
  function sharedText(all: boolean, stale: readonly string[]): string {
    const versions: number[] = [];
    for (const key of order ?? []) {
      const facts = entries.get(key)?.facts;
      if (!facts?.sameOnEveryNode) return writeText(all, stale);
      versions.push(facts.version, all || changed.has(key) ? 1 : 0);
    }
    return cache.textOf(`${settings} ${largeCluster} ${versions.join()} ${stale.join()}`, () =>
      writeText(all, stale),
    );
  }

  function writeText(all: boolean, stale: readonly string[]): string {
    const filterRules: string[] = [];
    const natChains: string[] = [];
    const natRules: string[] = [];
    for (const key of order ?? []) {
      const entry = entries.get(key);
      if (!entry) continue;
      for (const { text, chains } of rulesOf(entry)) {
        if (text.filter !== '') filterRules.push(text.filter);
        if (text.portals !== '') natRules.push(text.portals);
        if (chains.length === 0 || !(all || changed.has(key))) continue;
        natChains.push(text.chains);
        natRules.push(text.chainRules);
      }
    }
    return [
      '*filter',
      ...base.filterChains.map(chainLine),
      ...base.filterFirst,
      ...filterRules,
      ...base.filterLast,
      'COMMIT',
      '*nat',
      ...base.natChains.map(chainLine),
      ...natChains,
      ...stale.map(chainLine),
      ...base.natFirst,
      ...natRules,
      ...stale.map((chain) => `-X ${chain}`),
      ...base.natLast,
      'COMMIT',
      '',
    ].join('\n');
  }

  return {
    update(key, service, slices) {
      owners = undefined;
      const before = entries.get(key);
      totalEndpoints -= before?.facts.endpointCount ?? 0;
      changed.add(key);
      const facts = service && cache.factsOf(service, [...slices], family, config.nodeName);
      if (!facts || facts.ports.length === 0) {
        if (!before) return;
        entries.delete(key);
        order = undefined;
        removed.push(...(chainsOf.get(key) ?? []));
        chainsOf.delete(key);
        return;
      }
      totalEndpoints += facts.endpointCount;
      entries.set(key, { facts, rules: undefined });
      if (!before) order = undefined;
    },
    setZone(value) {
      if (value === zone) return false;
      zone = value;
      owners = undefined;
      forgetRules();
      return true;
    },
    render,
    ownersOf(line) {
      owners ??= new Map(
        [...entries.values()].flatMap((entry) =>
          rulesOf(entry).flatMap((port) =>
            [...port.filter, ...port.portals, ...port.chainRules].map(
              (rule) => [rule.text, rule.owners] as const,
            ),
          ),
        ),
      );
      return owners.get(line);
    },
    *ports() {
      for (const { facts } of entries.values()) {
        for (const port of facts.ports) yield { port, endpoints: endpointsOf(port, facts.endpoints) };
      }
    },
  };
}
