import type { Rule } from './rule.ts';
import { type Chain, type Counters, newChain, type Ruleset, type Table } from './ruleset.ts';
import { type TableChange, tableChange } from './table-change.ts';

/** A table while it is being changed: what the kernel has, and over it the chains that were touched. */
export interface TableDraft {
  readonly base: Table;
  readonly ruleset: Ruleset;
  /** undefined: the chain was taken away. */
  readonly touched: Map<string, ChainDraft | undefined>;
  /** Something depended on what the table held before: over another table, the same lines may come to something else. */
  looked: boolean;
}

export interface ChainDraft {
  readonly name: string;
  policy: 'ACCEPT' | 'DROP' | undefined;
  rules: readonly Rule[];
  counters: ReadonlyMap<number, Counters>;
  /** The chain as it stands in the kernel, while it is still the same. */
  kept: Chain | undefined;
  /** It was taken away and made again: iptables-save lists it last. */
  readonly remade: boolean;
}

export function openDraft(ruleset: Ruleset, base: Table): TableDraft {
  return { base, ruleset, touched: new Map(), looked: false };
}

/** The chain as the draft has it now. */
export function chainIn(draft: TableDraft, name: string): ChainDraft | undefined {
  const { base, ruleset, touched } = draft;
  if (touched.has(name)) return touched.get(name);
  draft.looked = true;
  const chain = base.chains.get(name);
  if (!chain) return undefined;
  const { policy, rules } = chain;
  const counters = ruleset.countersOf(chain);
  const drafted: ChainDraft = { name, policy, rules, counters, kept: chain, remade: false };
  touched.set(name, drafted);
  return drafted;
}

export function chainNames({ base, touched }: TableDraft): readonly string[] {
  return [...new Set([...base.chains.keys(), ...touched.keys()])].filter(
    (name) => !touched.has(name) || touched.get(name) !== undefined,
  );
}

export function addChain(draft: TableDraft, name: string, counters = new Map<number, Counters>()): void {
  const { touched } = draft;
  const remade = touched.has(name) && touched.get(name) === undefined;
  touched.set(name, { name, policy: undefined, rules: [], counters, kept: undefined, remade });
}

export function removeChain(draft: TableDraft, name: string): void {
  draft.touched.set(name, undefined);
}

/** What the draft makes of the table. */
export function closeDraft({ base, touched }: TableDraft): TableChange {
  const change = tableChange(base.name);
  for (const [name, chain] of touched) {
    if (chain?.kept) continue;
    change.chains.set(name, {
      after: chain && newChain(name, chain.policy, chain.rules),
      counters: chain?.counters.size ? chain.counters : undefined,
      remade: chain?.remade ?? false,
      links: undefined,
    });
  }
  return change;
}

/** The chain, free to be changed: the kernel's own stays as it is. */
export function changing(chain: ChainDraft): ChainDraft & { rules: Rule[]; counters: Map<number, Counters> } {
  if (chain.kept) {
    chain.rules = [...chain.rules];
    chain.counters = new Map(chain.counters);
    chain.kept = undefined;
  }
  return chain as ChainDraft & { rules: Rule[]; counters: Map<number, Counters> };
}

/** Rules were put in before `place` (or taken out, when `by` is negative): counters go along. */
export function shiftCounters(chain: ChainDraft, place: number, by: number): void {
  const moved = new Map<number, Counters>();
  for (const [at, counters] of chain.counters) {
    if (at < place + Math.min(by, 0)) moved.set(at, counters);
    else if (at >= place) moved.set(at + by, counters);
  }
  chain.counters = moved;
}
