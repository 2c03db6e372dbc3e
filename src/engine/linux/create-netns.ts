import { addressChanges } from './address-changes.ts';
import { conntrackView } from './conntrack/entry.ts';
import { createConntrackTable } from './conntrack/table.ts';
import { createFib } from './fib.ts';
import { inspectNetns } from './inspect-netns.ts';
import { restoreSets } from './ipset.ts';
import type { Segment } from './link.ts';
import { linkChanges } from './link-changes.ts';
import { neighbourChanges } from './neighbour-changes.ts';
import { createNeighbourTable } from './neighbours.ts';
import type { RuleCache } from './netfilter/commands.ts';
import { restore } from './netfilter/restore.ts';
import { createRuleset } from './netfilter/ruleset.ts';
import { save } from './netfilter/save.ts';
import type { Netns } from './netns.ts';
import type { NetnsState } from './netns-state.ts';
import { listRuleset } from './nftables/list.ts';
import { loadNft } from './nftables/load.ts';
import type { NftCache } from './nftables/read-command.ts';
import { createNftRuleset } from './nftables/ruleset.ts';
import { routeChanges } from './route-changes.ts';
import { createSocketTable } from './sockets.ts';

export function createNetnsState(name: string): NetnsState {
  return {
    name,
    links: new Map(),
    addresses: [],
    fib: createFib(),
    neighbours: createNeighbourTable(),
    sysctls: new Map([
      ['net.ipv4.ip_forward', '0'],
      ['net.ipv4.conf.all.route_localnet', '0'],
      ['net.ipv4.conf.all.rp_filter', '0'],
      ['net.ipv4.conf.all.accept_local', '0'],
      ['net.bridge.bridge-nf-call-iptables', '1'],
    ]),
    ruleset: createRuleset(),
    nftables: createNftRuleset(),
    conntrack: createConntrackTable(),
    sockets: createSocketTable(),
    recent: new Map(),
    ipsets: new Map(),
    gone: false,
    nextIndex: 1,
  };
}

interface Surroundings {
  now(): number;
  segment(name: string): Segment;
  readonly ruleCache: RuleCache;
  readonly nftCache: NftCache;
}

/** The face of a namespace: each command's part of it in a file of its own. */
export function createNetns(state: NetnsState, surroundings: Surroundings): Netns {
  const now = () => surroundings.now();
  return {
    name: state.name,
    ...linkChanges(state, surroundings.segment),
    ...addressChanges(state),
    ...routeChanges(state),
    ...neighbourChanges(state, now),
    ...inspectNetns(state, now),

    sysctl: (name) => state.sysctls.get(name),
    setSysctl: (name, value) => void state.sysctls.set(name, value),
    sysctls: () => [...state.sysctls],

    iptablesRestore: (text, options = {}) =>
      restore(state.ruleset, text, options, {
        cache: surroundings.ruleCache,
        setExists: (set) => state.ipsets.has(set),
      }),
    iptablesSave: (options) => save(state.ruleset, options),
    nftLoad: (text) => loadNft(state.nftables, text, surroundings.nftCache),
    nftList: () => listRuleset(state.nftables, now()),
    ipsetRestore: (text) => restoreSets(state.ipsets, text),
    ipsets: () => [...state.ipsets.values()],

    clearRecent: (list) => void state.recent.delete(list),
    conntrackDelete(fits) {
      const stale = state.conntrack.entries(now()).filter((entry) => fits(conntrackView(entry, now())));
      for (const entry of stale) state.conntrack.remove(entry);
      return stale.length;
    },
  };
}
