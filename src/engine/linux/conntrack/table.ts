import type { Tuple } from '../trace.ts';
import { tupleKey } from '../tuple.ts';
import type { ConntrackEntry } from './entry.ts';

export interface Found {
  readonly entry: ConntrackEntry;
  readonly direction: 'original' | 'reply';
}

/** A namespace's connections, found by the tuple of either direction. */
export interface ConntrackTable {
  find(tuple: Tuple, now: number): Found | undefined;
  insert(entry: ConntrackEntry, now: number): void;
  remove(entry: ConntrackEntry): void;
  entries(now: number): readonly ConntrackEntry[];
}

/** The table is swept of what has expired whenever it has grown by half since the last time. */
const FIRST_SWEEP = 256;

export function createConntrackTable(): ConntrackTable {
  const byTuple = new Map<string, Found>();
  let sweepAt = FIRST_SWEEP;
  const remove = (entry: ConntrackEntry) => {
    for (const tuple of [entry.original, entry.reply]) {
      const key = tupleKey(tuple);
      if (byTuple.get(key)?.entry === entry) byTuple.delete(key);
    }
  };
  const entries = () => [...new Set([...byTuple.values()].map(({ entry }) => entry))];
  return {
    find(tuple, now) {
      const found = byTuple.get(tupleKey(tuple));
      return found && found.entry.expiresAt > now ? found : undefined;
    },
    insert(entry, now) {
      if (byTuple.size >= sweepAt) {
        for (const old of entries()) {
          if (old.expiresAt <= now) remove(old);
        }
        sweepAt = Math.max(FIRST_SWEEP, Math.ceil(byTuple.size * 1.5));
      }
      byTuple.set(tupleKey(entry.original), { entry, direction: 'original' });
      byTuple.set(tupleKey(entry.reply), { entry, direction: 'reply' });
    },
    remove,
    entries: (now) => entries().filter((entry) => entry.expiresAt > now),
  };
}
