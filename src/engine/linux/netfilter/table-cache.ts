import type { TableName } from '../trace.ts';
import { emptyTable, type Table } from './ruleset.ts';

/** What one table of an `iptables-restore --noflush` text made of the table that stood before. */
export interface KnownRestore {
  readonly table: Table;
  /** Place in the text behind the line COMMIT, and how many lines there are up to it. */
  readonly end: number;
  readonly lines: number;
  /** Chains that were there before and became others: their counters go along. */
  readonly carried: readonly string[];
}

/**
 * Remembers what texts made of tables, for all namespaces of a network: the kube-proxies of a hundred nodes write the
 * same text, and since what they write it over is then one and the same table, it is read once. Tables never change;
 * what counts packets is kept apart, by namespace.
 */
export interface TableCache {
  empty(name: TableName): Table;
  find(before: Table, text: string, start: number): KnownRestore | undefined;
  keep(before: Table, text: string, start: number, known: KnownRestore): void;
}

export function createTableCache(): TableCache {
  const empty = new Map<TableName, Table>();
  // By the table before, so that what nobody stands on any more is forgotten.
  const known = new WeakMap<Table, Map<string, Map<number, KnownRestore>>>();
  return {
    empty(name) {
      const table = empty.get(name) ?? emptyTable(name);
      empty.set(name, table);
      return table;
    },
    find: (before, text, start) => known.get(before)?.get(text)?.get(start),
    keep(before, text, start, restored) {
      const texts = known.get(before) ?? new Map<string, Map<number, KnownRestore>>();
      known.set(before, texts);
      texts.set(text, (texts.get(text) ?? new Map<number, KnownRestore>()).set(start, restored));
    },
  };
}
