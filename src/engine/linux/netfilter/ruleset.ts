import type { Hook, RuleReference, TableName } from '../trace.ts';
import type { ChainIndex } from './chain-index.ts';
import type { Rule } from './rule.ts';
import type { Links, TableChange } from './table-change.ts';

/** A chain of one table. Built-in chains hang on a hook and have a policy. Namespaces with the same rules share it. */
export interface Chain {
  readonly name: string;
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  readonly rules: readonly Rule[];
  /** The chains that its rules lead to. */
  readonly jumps: ReadonlySet<string>;
  /** The ipsets that its rules ask. */
  readonly sets: readonly string[];
  /** One of its rules asks conntrack. */
  readonly tracksConnections: boolean;
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
  /** How many chains lead to each. */
  readonly uses: ReadonlyMap<string, number>;
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
  /** Forgets the table. */
  clear(name: TableName): void;
  /**
   * Makes, refills and takes away chains. What the changed ones counted is forgotten, but for what the change says.
   * `links`: as the change was verified with.
   */
  apply(change: TableChange, links: readonly Links[]): void;
  /** Packets and bytes of each rule of the chain that was ever met here, by its place; the policy's are at -1. */
  countersOf(chain: Chain): ReadonlyMap<number, Counters>;
  count(chain: Chain, place: number, bytes: number): void;
  /** Whether conntrack is at work here: something (nat, `-m conntrack`) asked for it. */
  tracksConnections(): boolean;
}

interface OwnTable extends Table {
  readonly chains: Map<string, Chain>;
  readonly uses: Map<string, number>;
}

export function createRuleset(): Ruleset {
  const tables = new Map<TableName, OwnTable>();
  const counters = new WeakMap<Chain, Map<number, Counters>>();
  let hasCounted = false;
  let tracks = false;

  function setCounters(chain: Chain, of: ReadonlyMap<number, Counters> | undefined): void {
    hasCounted ||= of !== undefined;
    if (of) counters.set(chain, new Map(of));
    else if (hasCounted) counters.delete(chain);
  }

  return {
    countersOf: (chain) => counters.get(chain) ?? NO_COUNTERS,
    count(chain, place, bytes) {
      hasCounted = true;
      const ofChain = counters.get(chain) ?? new Map<number, Counters>();
      counters.set(chain, ofChain);
      const { packets, bytes: before } = ofChain.get(place) ?? { packets: 0, bytes: 0 };
      ofChain.set(place, { packets: packets + 1, bytes: before + bytes });
    },
    table: (name) => tables.get(name),
    clear: (name) => void tables.delete(name),
    apply(change, links) {
      const table = tables.get(change.table) ?? ownTable(emptyTable(change.table));
      tables.set(change.table, table);
      const { chains, uses } = table;
      tracks ||= change.table === 'nat';
      const use = (name: string, by: number) => uses.set(name, (uses.get(name) ?? 0) + by);
      let index = 0;
      for (const [name, { after, counters: counted, remade }] of change.chains) {
        const { gained, lost } = links[index++]!;
        for (const target of gained) use(target, 1);
        for (const target of lost) use(target, -1);
        if (remade || !after) chains.delete(name);
        if (!after) continue;
        chains.set(name, after);
        setCounters(after, counted);
        tracks ||= after.tracksConnections;
      }
    },
    tracksConnections: () => tracks,
  };
}

export function newChain(name: string, policy: Chain['policy'], rules: readonly Rule[]): Chain {
  const jumps = new Set<string>();
  const sets: string[] = [];
  let tracksConnections = false;
  for (const { target, matches } of rules) {
    if (target?.kind === 'jump' || target?.kind === 'goto') jumps.add(target.chain);
    for (const match of matches) {
      if (match.setName !== undefined) sets.push(match.setName);
      tracksConnections ||= match.name === 'conntrack' || match.name === 'state';
    }
  }
  return { name, policy, rules, jumps, sets, tracksConnections, references: new Map() };
}

/** As it is when nothing was ever loaded. */
export function emptyTable(name: TableName): Table {
  return {
    name,
    chains: new Map(TABLE_HOOKS[name].map((hook) => [hook, newChain(hook, 'ACCEPT', [])])),
    uses: new Map(),
  };
}

function ownTable({ name, chains, uses }: Table): OwnTable {
  return { name, chains: new Map(chains), uses: new Map(uses) };
}
