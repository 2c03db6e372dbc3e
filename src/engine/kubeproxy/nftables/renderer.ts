import type { ProxyEndpoint } from '../endpoint.ts';
import type { ProxyConfig } from '../proxy-config.ts';
import type { Rule, RuleOwner } from '../rule.ts';
import { createFactsCache, endpointsOf, type FactsOf, type ServiceFacts } from '../service-facts.ts';
import type { ServicePort } from '../service-port.ts';
import type { ServiceState } from '../service-tracker.ts';
import { categorizeEndpoints } from '../topology.ts';
import { setUpLines, tableName } from './base-rules.ts';
import { type Element, type NftPortRules, nftPortRules } from './service-port-rules.ts';

/** One Service on this node. */
interface Entry {
  readonly facts: ServiceFacts;
  rules: readonly NftPortRules[] | undefined;
}

export interface NftablesRenderer {
  /** Says what is known of a Service (`namespace/name`) now. Answers its ports: none when it gets no rules. */
  update(key: string, state: ServiceState): readonly ServicePort[];
  /** The node's zone; answers whether it is another than before. */
  setZone(zone: string): boolean;
  /** The CIDRs of ClusterIPs; answers whether they are others than before. */
  setServiceCIDRs(cidrs: readonly string[]): boolean;
  /**
   * The transactions for `nft -f -`, one after the other, that bring the node from the last ones to now. The first sets
   * everything up; later ones hold what changed. `now`: milliseconds.
   */
  render(now: number): readonly (readonly string[])[];
  /** The owners of a rule or of the element that it found, as {@link RuleReference} tells them. */
  ownersOf(line: string, element?: string): readonly RuleOwner[] | undefined;
  /** Every Service port and its endpoints, as of the last update. */
  ports(): Iterable<{ readonly port: ServicePort; readonly endpoints: readonly ProxyEndpoint[] }>;
}

/** Chains that nothing leads to any more stay this long: older kernels need a moment to notice that. */
const STALE_FOR_MS = 1000;

/**
 * Keeps the rules of each Service and writes them as nft's commands. Models kube-proxy's syncProxyRules in nftables
 * mode (pkg/proxy/nftables/proxier.go, v1.36): what did not change since the last transaction is not written again.
 */
export function createNftablesRenderer(
  config: ProxyConfig,
  factsOf: FactsOf = createFactsCache(),
): NftablesRenderer {
  const family = config.ipFamily ?? 'IPv4';
  const table = tableName(config);
  const entries = new Map<string, Entry>();
  const changed = new Set<string>();
  /** What each Service has in the kernel now. */
  const written = new Map<string, readonly NftPortRules[]>();
  /** How many Services have the element, and what it leads to. */
  const held = new Map<string, { element: Element; holders: number }>();
  const staleChains = new Map<string, number>();
  let everything = true;
  let flushed = false;
  let zone = '';
  let serviceCIDRs: readonly string[] = [];
  let owners: Map<string, readonly RuleOwner[]> | undefined;

  function rulesOf(entry: Entry): readonly NftPortRules[] {
    const { facts } = entry;
    entry.rules ??= facts.ports.map((port) => {
      const endpoints = endpointsOf(port, facts.endpoints);
      return nftPortRules(
        port,
        categorizeEndpoints(endpoints, port, { nodeName: config.nodeName, zone }),
        config,
      );
    });
    return entry.rules;
  }

  function startAgain(): void {
    for (const entry of entries.values()) entry.rules = undefined;
    everything = true;
  }

  function render(now: number): readonly (readonly string[])[] {
    const transactions: (readonly string[])[] = [];
    const old = [...staleChains].filter(([, since]) => since < now - STALE_FOR_MS).map(([chain]) => chain);
    for (const chain of old) staleChains.delete(chain);
    if (old.length > 0) transactions.push(old.map((chain) => `delete chain ${table} ${chain}`));
    transactions.push(everything ? writeAll(now) : writeChanges(now));
    changed.clear();
    everything = false;
    return transactions;
  }

  function writeAll(now: number): readonly string[] {
    const lines = setUpLines(config, serviceCIDRs, !flushed);
    flushed = true;
    held.clear();
    const keys = new Set([...written.keys(), ...entries.keys()]);
    const before = new Map(written);
    for (const key of [...entries.keys()].sort()) lines.push(...writeService(key, new Set()));
    for (const key of keys) if (!entries.has(key)) forget(key);
    return [...lines, ...cleanUp(keys, before, now)];
  }

  function writeChanges(now: number): readonly string[] {
    const before = new Map([...changed].map((key) => [key, written.get(key) ?? []] as const));
    const leftover = new Set<string>();
    for (const rules of before.values())
      for (const { elements } of rules) for (const element of elements) release(element, leftover);
    const lines: string[] = [];
    for (const key of [...changed].sort()) {
      if (entries.has(key)) lines.push(...writeService(key, leftover));
      else forget(key);
    }
    lines.push(...cleanUp(changed, before, now));
    for (const id of leftover) {
      const { element } = held.get(id)!;
      lines.push(deleteLine(element));
      held.delete(id);
    }
    return lines;
  }

  /** The lines of a Service: its chains anew, and the elements that are not there as they should be. */
  function writeService(key: string, leftover: Set<string>): readonly string[] {
    const rules = rulesOf(entries.get(key)!);
    written.set(key, rules);
    if (owners) indexOwners(owners, rules, true);
    const lines: string[] = [];
    for (const port of rules) {
      for (const chain of port.chains)
        lines.push(`add chain ${table} ${chain}`, `flush chain ${table} ${chain}`);
      for (const element of port.elements) lines.push(...hold(element, leftover));
      for (const { line } of port.affinity) lines.push(line);
      for (const { text } of port.rules) lines.push(text);
    }
    return lines;
  }

  /** What the kernel has of it is no longer wanted. */
  function forget(key: string): void {
    written.delete(key);
  }

  /** One Service more has the element (nftElementStorage.ensureElem). */
  function hold(element: Element, leftover: Set<string>): readonly string[] {
    const id = idOf(element);
    const known = held.get(id);
    if (!known) {
      held.set(id, { element, holders: 1 });
      return [element.add.text];
    }
    leftover.delete(id);
    known.holders++;
    if (known.element.value === element.value) return [];
    const lines = [deleteLine(known.element), element.add.text];
    known.element = element;
    return lines;
  }

  function release(element: Element, leftover: Set<string>): void {
    const id = idOf(element);
    const known = held.get(id);
    if (known && --known.holders === 0) leftover.add(id);
  }

  const deleteLine = ({ container, key }: Element) => `delete element ${table} ${container} { ${key} }`;

  /** Empties the chains that are no longer wanted, to be deleted later, and takes sets away at once. */
  function cleanUp(
    keys: Iterable<string>,
    before: ReadonlyMap<string, readonly NftPortRules[]>,
    now: number,
  ): readonly string[] {
    const chains = new Set<string>(staleChains.keys());
    const sets = new Set<string>();
    for (const rules of before.values()) {
      for (const port of rules) {
        for (const chain of port.chains) chains.add(chain);
        for (const { name } of port.affinity) sets.add(name);
      }
    }
    for (const key of keys) {
      for (const port of written.get(key) ?? []) {
        for (const chain of port.chains) {
          chains.delete(chain);
          staleChains.delete(chain);
        }
        for (const { name } of port.affinity) sets.delete(name);
      }
    }
    for (const chain of chains) staleChains.set(chain, now);
    return [
      ...[...chains].map((chain) => `flush chain ${table} ${chain}`),
      ...[...sets].map((name) => `delete set ${table} ${name}`),
    ];
  }

  return {
    update(key, state) {
      const before = entries.get(key);
      if (before && owners) indexOwners(owners, rulesOf(before), false);
      changed.add(key);
      const facts = factsOf(state, family, config.nodeName);
      if (facts.ports.length === 0) entries.delete(key);
      else entries.set(key, { facts, rules: undefined });
      return facts.ports;
    },
    setZone(value) {
      if (value === zone) return false;
      zone = value;
      startAgain();
      owners = undefined;
      return true;
    },
    setServiceCIDRs(cidrs) {
      if (cidrs.join() === serviceCIDRs.join()) return false;
      serviceCIDRs = cidrs;
      everything = true;
      return true;
    },
    render,
    ownersOf(line, element) {
      if (!owners) {
        owners = new Map();
        for (const entry of entries.values()) indexOwners(owners, rulesOf(entry), true);
      }
      if (element === undefined) return owners.get(line);
      return owners.get(element) ?? owners.get(`${line} ${element}`);
    },
    *ports() {
      for (const { facts } of entries.values()) {
        for (const port of facts.ports) yield { port, endpoints: endpointsOf(port, facts.endpoints) };
      }
    },
  };
}

const idOf = ({ container, key }: Element) => `${container} ${key}`;

/** Notes the lines of a Service, or forgets them. */
function indexOwners(
  index: Map<string, readonly RuleOwner[]>,
  rules: readonly NftPortRules[],
  present: boolean,
): void {
  const note = ({ text, owners }: Rule) => {
    if (present) index.set(text, owners);
    else index.delete(text);
  };
  for (const port of rules) {
    port.rules.forEach(note);
    port.picks.forEach(note);
    for (const { add } of port.elements) note(add);
  }
}
