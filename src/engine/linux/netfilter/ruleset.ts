import type { Hook, RuleReference, TableName } from '../trace.ts';
import type { ChainIndex } from './chain-index.ts';
import type { Rule } from './rule.ts';

/** A chain of one table. Built-in chains hang on a hook and have a policy. Namespaces with the same rules share it. */
export interface Chain {
  readonly name: string;
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  readonly rules: readonly Rule[];
  /** The chains that its rules lead to. */
  readonly jumps: ReadonlySet<string>;
  /** How traces name its rules; made as they are met. */
  readonly references: Map<number, RuleReference>;
  /** Made at the first packet. */
  index?: ChainIndex | undefined;
}

export interface Counters {
  readonly packets: number;
  readonly bytes: number;
}

const NO_COUNTERS: ReadonlyMap<number, Counters> = new Map();

export interface Table {
  readonly name: TableName;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** The hooks at which each table looks at packets. */
export const TABLE_HOOKS: Readonly<Record<TableName, readonly Hook[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** In the order in which iptables-save of the nf_tables variant lists them. */
export const TABLE_NAMES: readonly TableName[] = ['mangle', 'raw', 'filter', 'nat'];

/** The rules of one namespace: a table is there once something was loaded into it. */
export interface Ruleset {
  table(name: TableName): Table | undefined;
  replace(table: Table): void;
  /** Makes chains, or puts others in place of those that there are: what they counted is forgotten. */
  putChains(table: Table, chains: ReadonlyMap<string, Chain>): void;
  /** Packets and bytes of each rule of the chain that was ever met here, by its place; the policy's are at -1. */
  countersOf(chain: Chain): ReadonlyMap<number, Counters>;
  setCounters(chain: Chain, counters: Map<number, Counters>): void;
  count(chain: Chain, place: number, bytes: number): void;
  /** Whether conntrack is at work here: something (nat, `-m conntrack`) asked for it. */
  tracksConnections(): boolean;
}

export function createRuleset(): Ruleset {
  const tables = new Map<TableName, Table>();
  const counters = new WeakMap<Chain, Map<number, Counters>>();
  let hasCounted = false;
  let tracks = false;

  function replace(table: Table): void {
    tables.set(table.name, table);
    tracks ||=
      table.name === 'nat' || [...table.chains.values()].some((chain) => chain.rules.some(needsConntrack));
  }

  return {
    countersOf: (chain) => counters.get(chain) ?? NO_COUNTERS,
    setCounters(chain, of) {
      hasCounted ||= of.size > 0;
      if (of.size > 0) counters.set(chain, of);
      else counters.delete(chain);
    },
    count(chain, place, bytes) {
      hasCounted = true;
      const ofChain = counters.get(chain) ?? new Map<number, Counters>();
      counters.set(chain, ofChain);
      const { packets, bytes: before } = ofChain.get(place) ?? { packets: 0, bytes: 0 };
      ofChain.set(place, { packets: packets + 1, bytes: before + bytes });
    },
    table: (name) => tables.get(name),
    replace,
    putChains(before, chains) {
      const all = new Map(before.chains);
      for (const [name, chain] of chains) {
        all.set(name, chain);
        if (hasCounted) counters.delete(chain);
      }
      replace({ name: before.name, chains: all });
    },
    tracksConnections: () => tracks,
  };
}

function needsConntrack(rule: Rule): boolean {
  return rule.matches.some(({ name }) => name === 'conntrack' || name === 'state');
}

export function newChain(name: string, policy: Chain['policy'], rules: readonly Rule[]): Chain {
  const jumps = new Set<string>();
  for (const { target } of rules) {
    if (target?.kind === 'jump' || target?.kind === 'goto') jumps.add(target.chain);
  }
  return { name, policy, rules, jumps, references: new Map() };
}

export function emptyTable(name: TableName): Table {
  return {
    name,
    chains: new Map(TABLE_HOOKS[name].map((hook) => [hook, newChain(hook, 'ACCEPT', [])])),
  };
}
