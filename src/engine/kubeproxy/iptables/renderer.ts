import type { ProxyEndpoint } from '../endpoint.ts';
import type { ProxyConfig } from '../proxy-config.ts';
import type { RuleOwner } from '../rule.ts';
import { endpointsOf, type ServiceFacts } from '../service-facts.ts';
import type { ServicePort } from '../service-port.ts';
import type { ServiceState } from '../service-tracker.ts';
import { categorizeEndpoints } from '../topology.ts';
import { baseRules } from './base-rules.ts';
import { endpointChainName } from './chain-names.ts';
import type { EndpointChain } from './endpoint-rules.ts';
import { localTrafficMatch } from './local-traffic.ts';
import { createRuleCache, type RuleCache, type RuleSettings, sharedText } from './rule-cache.ts';
import { chainLine, type ServicePortRules, servicePortRules } from './service-port-rules.ts';

/** Above this number of endpoints in all, the comments that repeat for each of them are left out. */
const LARGE_CLUSTER_ENDPOINTS = 1000;

/** One Service on this node. */
interface Entry {
  readonly facts: ServiceFacts;
  /** How the proxy was set when its rules were written; undefined: they are yet to be. */
  settings: RuleSettings | undefined;
  rules: readonly ServicePortRules[] | undefined;
}

export interface IptablesRenderer {
  /** Says what is known of a Service (`namespace/name`) now. Answers its ports: none when it gets no rules. */
  update(key: string, state: ServiceState): readonly ServicePort[];
  /** The node's zone; answers whether it is another than before. */
  setZone(zone: string): boolean;
  /**
   * The text for `iptables-restore --noflush` that brings the node from the last text to now, in pieces of whole
   * lines. Chains of Services that did not change are left out of it, as kube-proxy's partial sync does; the first
   * text, or a `full` one, has all. `step` names what changed since the last text: nodes that are alike and take the
   * same step get the same text, which is written once.
   */
  render(options?: { readonly full?: boolean; readonly step?: string }): readonly string[];
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
  const fixed = {
    filterHead: ['*filter', ...base.filterChains.map(chainLine), ...base.filterFirst].join('\n'),
    filterEnd: [...base.filterLast, 'COMMIT', '*nat', ...base.natChains.map(chainLine)].join('\n'),
    natFirst: base.natFirst.join('\n'),
    natEnd: [...base.natLast, 'COMMIT', ''].join('\n'),
  };
  const localTraffic = localTrafficMatch(config.localDetector);
  const entries = new Map<string, Entry>();
  let order: readonly string[] | undefined;
  /** The Services that changed since the last text, as they were in it. */
  const changed = new Map<string, Entry | undefined>();
  let everything = true;
  let zone = '';
  let totalEndpoints = 0;
  /** How many entries have rules of this node's own, and whether one had when the last text was written. */
  let specific = 0;
  let wasSpecific = false;
  let owners: Map<string, readonly RuleOwner[]> | undefined;

  const description = JSON.stringify([config.masqueradeAll ?? false, localTraffic?.ifLocal ?? '', base]);
  let settings = cache.settings(description, false);

  function rulesOf(entry: Entry): readonly ServicePortRules[] {
    if (entry.rules) return entry.rules;
    const { facts } = entry;
    entry.settings ??= settings;
    const own = entry.settings;
    const shared = facts.sameOnEveryNode ? own.rules.get(facts) : undefined;
    entry.rules =
      shared ?? facts.ports.map((port) => portRules(port, endpointsOf(port, facts.endpoints), own));
    if (facts.sameOnEveryNode) own.rules.set(facts, entry.rules);
    return entry.rules;
  }

  function portRules(
    port: ServicePort,
    endpoints: readonly ProxyEndpoint[],
    { largeCluster }: RuleSettings,
  ): ServicePortRules {
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

  /** Notes the lines of a Service, or forgets them. */
  function indexOwners(index: Map<string, readonly RuleOwner[]>, entry: Entry, present: boolean): void {
    for (const { filter, portals, chainRules } of rulesOf(entry)) {
      for (const rules of [filter, portals, chainRules]) {
        for (const rule of rules) {
          if (present) index.set(rule.text, rule.owners);
          else index.delete(rule.text);
        }
      }
    }
  }

  /** All rules are to be worked out and written anew. */
  function startAgain(): void {
    for (const [key, entry] of entries) {
      if (!changed.has(key)) changed.set(key, { ...entry });
      entry.rules = undefined;
      entry.settings = undefined;
    }
    owners = undefined;
    everything = true;
  }

  function render({ full = false, step }: { readonly full?: boolean; readonly step?: string } = {}) {
    // Only what is written anew gets or loses its comments; the rest keeps the text that the kernel has.
    settings = cache.settings(description, totalEndpoints > LARGE_CLUSTER_ENDPOINTS);
    if (full) startAgain();
    for (const key of changed.keys()) {
      const entry = entries.get(key);
      if (!entry) continue;
      entry.settings = settings;
      if (owners) indexOwners(owners, entry, true);
    }
    const isShared = step !== undefined && !wasSpecific && specific === 0;
    const text = isShared ? sharedText(settings, `${step} ${everything}`, writeText) : writeText();
    changed.clear();
    everything = false;
    wasSpecific = specific > 0;
    return text;
  }

  /** The chains that were in the kernel and are no longer wanted. */
  function staleChains(): readonly string[] {
    const stale = new Set<string>();
    for (const before of changed.values()) {
      if (!before?.settings) continue;
      for (const { chains } of rulesOf(before)) for (const chain of chains) stale.add(chain);
    }
    for (const key of changed.keys()) {
      const entry = entries.get(key);
      if (!entry) continue;
      for (const { chains } of rulesOf(entry)) for (const chain of chains) stale.delete(chain);
    }
    return [...stale];
  }

  function writeText(): readonly string[] {
    const stale = staleChains();
    order ??= [...entries.keys()].sort();
    const filterRules: string[] = [];
    const natChains: string[] = [];
    const natRules: string[] = [];
    for (const key of order) {
      for (const { text, chains } of rulesOf(entries.get(key)!)) {
        if (text.filter !== '') filterRules.push(text.filter);
        if (text.portals !== '') natRules.push(text.portals);
        if (chains.length === 0 || !changed.has(key)) continue;
        natChains.push(text.chains);
        natRules.push(text.chainRules);
      }
    }
    return [
      fixed.filterHead,
      ...filterRules,
      fixed.filterEnd,
      ...natChains,
      ...stale.map(chainLine),
      fixed.natFirst,
      ...natRules,
      ...stale.map((chain) => `-X ${chain}`),
      fixed.natEnd,
    ];
  }

  return {
    update(key, state) {
      const before = entries.get(key);
      if (before) {
        if (owners) indexOwners(owners, before, false);
        totalEndpoints -= before.facts.endpointCount;
        if (!before.facts.sameOnEveryNode) specific--;
      }
      if (!changed.has(key)) changed.set(key, before);
      const facts = cache.factsOf(state, family, config.nodeName);
      if (facts.ports.length === 0) {
        if (!before) return [];
        entries.delete(key);
        order = undefined;
        return [];
      }
      totalEndpoints += facts.endpointCount;
      if (!facts.sameOnEveryNode) specific++;
      entries.set(key, { facts, settings: undefined, rules: undefined });
      if (!before) order = undefined;
      return facts.ports;
    },
    setZone(value) {
      if (value === zone) return false;
      zone = value;
      startAgain();
      return true;
    },
    render,
    ownersOf(line) {
      if (!owners) {
        owners = new Map();
        for (const entry of entries.values()) indexOwners(owners, entry, true);
      }
      return owners.get(line);
    },
    *ports() {
      for (const { facts } of entries.values()) {
        for (const port of facts.ports) yield { port, endpoints: endpointsOf(port, facts.endpoints) };
      }
    },
  };
}
