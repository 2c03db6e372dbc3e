import type { TableName } from '../trace.ts';
import type { Rule } from './rule.ts';
import { type Chain, type Counters, newChain, type Ruleset, type Table } from './ruleset.ts';

/** A table while it is being changed. Chains that nothing touches stay the very ones that the kernel has. */
export interface TableDraft {
  readonly name: TableName;
  readonly chains: Map<string, ChainDraft>;
  /** Whether a chain was taken away, so that chains which did not change may jump into nothing. */
  lostChain: boolean;
}

export interface ChainDraft {
  policy: 'ACCEPT' | 'DROP' | undefined;
  rules: readonly Rule[];
  counters: ReadonlyMap<number, Counters>;
  /** The chain as it stands in the kernel, while it is still the same. */
  kept: Chain | undefined;
  /** It was not made in this draft. */
  readonly wasThere: boolean;
}

export function openDraft(ruleset: Ruleset, base: Table): TableDraft {
  const chains = new Map<string, ChainDraft>();
  for (const chain of base.chains.values())
    chains.set(chain.name, {
      policy: chain.policy,
      rules: chain.rules,
      counters: ruleset.countersOf(chain),
      kept: chain,
      wasThere: true,
    });
  return { name: base.name, chains, lostChain: false };
}

/** The table as it would be. */
export function closeDraft(draft: TableDraft): Table {
  const chains = new Map<string, Chain>();
  for (const [name, { policy, rules, kept }] of draft.chains)
    chains.set(name, kept ?? newChain(name, policy, rules));
  return { name: draft.name, chains };
}

export function addChain(draft: TableDraft, name: string, counters = new Map<number, Counters>()): void {
  draft.chains.set(name, { policy: undefined, rules: [], counters, kept: undefined, wasThere: false });
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
