import type { Chain, Table } from './ruleset.ts';

/** What one table of an `iptables-restore --noflush` text came to, when all that it did was to make or refill chains. */
export interface KnownRestore {
  /** The chains that the text declares, as it filled them. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** The other chains that those lead to, near and far. */
  readonly ledTo: ReadonlyMap<string, Chain>;
  /** Place in the text behind the line COMMIT, and how many lines there are up to it. */
  readonly end: number;
  readonly lines: number;
}

/**
 * Remembers what texts came to, for all namespaces of a network: the kube-proxies of a hundred nodes write the same
 * text, and it is read and verified once. Chains never change; what counts packets is kept apart, by namespace.
 */
export interface TableCache {
  /** `start`: where in the text its line `*nat` or the like begins. It holds for tables in which the text leads to the same. */
  find(table: Table, text: string, start: number): KnownRestore | undefined;
  keep(text: string, start: number, known: KnownRestore): void;
}

/** Nodes are in step: a few texts are enough. */
const TEXTS_KEPT = 6;

export function createTableCache(): TableCache {
  const known = new Map<string, Map<number, KnownRestore>>();
  return {
    find(table, text, start) {
      const found = known.get(text)?.get(start);
      if (!found) return undefined;
      for (const [name, chain] of found.ledTo) if (table.chains.get(name) !== chain) return undefined;
      return found;
    },
    keep(text, start, restored) {
      const places = known.get(text) ?? new Map<number, KnownRestore>();
      known.delete(text);
      known.set(text, places.set(start, restored));
      const [oldest] = known.keys();
      if (known.size > TEXTS_KEPT && oldest !== undefined) known.delete(oldest);
    },
  };
}

/** All that the chains lead to beside themselves; undefined: somewhere a chain leads back to itself. */
export function chainsLedTo(
  table: Table,
  chains: ReadonlyMap<string, Chain>,
): ReadonlyMap<string, Chain> | undefined {
  const others = new Map<string, Chain>();
  const done = new Map<string, boolean>();
  const visit = (name: string): boolean => {
    const state = done.get(name);
    if (state !== undefined) return state;
    done.set(name, false);
    const chain = table.chains.get(name)!;
    if (!chains.has(name)) others.set(name, chain);
    for (const next of chain.jumps) if (!visit(next)) return false;
    done.set(name, true);
    return true;
  };
  for (const name of chains.keys()) if (!visit(name)) return undefined;
  return others;
}
