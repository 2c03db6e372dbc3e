import type { Link } from './link.ts';

/** How long a bridge remembers a learned address, in virtual ms (the kernel's ageing_time). */
const AGEING_MS = 300_000;

/** A bridge's forwarding database: by which port a MAC address was last seen. */
export interface Fdb {
  /** The port, unless it was forgotten since. */
  find(mac: string, now: number): Link | undefined;
  learn(mac: string, port: Link, now: number): void;
  forgetPort(port: Link): void;
  entries(now: number): readonly FdbEntry[];
}

export interface FdbEntry {
  readonly mac: string;
  readonly port: Link;
  /** Virtual ms since it was last seen. */
  readonly ageMs: number;
}

export function createFdb(): Fdb {
  const entries = new Map<string, { port: Link; seen: number }>();
  const fresh = (entry: { seen: number }, now: number) => now - entry.seen < AGEING_MS;
  return {
    find(mac, now) {
      const entry = entries.get(mac);
      return entry && fresh(entry, now) ? entry.port : undefined;
    },
    learn(mac, port, now) {
      entries.set(mac, { port, seen: now });
    },
    forgetPort(port) {
      for (const [mac, entry] of entries) {
        if (entry.port === port) entries.delete(mac);
      }
    },
    entries(now) {
      return [...entries]
        .filter(([, entry]) => fresh(entry, now))
        .map(([mac, { port, seen }]) => ({ mac, port, ageMs: now - seen }));
    },
  };
}
