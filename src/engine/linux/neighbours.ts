/**
 * A namespace's neighbour table: which MAC address answers for an IPv4 address on a device.
 *
 *                    ARP answered                30 s                 used            5 s            3 s, no answer
 *     (none) ──3 s──────────────► REACHABLE ─────────► STALE ──────────────► DELAY ────────► PROBE ────────────► FAILED
 *        │ nobody answers                                ▲                                     │ answered
 *        └────────────► FAILED                           └──────────────── REACHABLE ◄─────────┘
 *
 * Models net/core/neighbour.c with its default times. A STALE address is used at once, and asked for again in the
 * background: packets to a machine that has gone are lost for eight seconds before the kernel knows.
 */
export interface Neighbour {
  readonly address: string;
  readonly device: string;
  readonly mac: string;
  readonly permanent: boolean;
  /** Virtual ms when the owner last answered. */
  readonly confirmedAt: number;
  /** When the entry, gone stale, was used again without its owner being there to confirm it. */
  readonly doubtedSince?: number;
}

export const REACHABLE_MS = 30_000;
/** DELAY_PROBE_TIME and three unicast probes. */
export const DOUBT_MS = 8_000;
/** Three broadcasts, a second apart (mcast_solicit, retrans_time). */
export const RESOLVE_TIMEOUT_MS = 3_000;

export type NeighbourState = 'PERMANENT' | 'REACHABLE' | 'STALE' | 'DELAY' | 'PROBE' | 'FAILED';

export function neighbourState(neighbour: Neighbour, now: number): NeighbourState {
  if (neighbour.permanent) return 'PERMANENT';
  if (neighbour.doubtedSince !== undefined) {
    const doubt = now - neighbour.doubtedSince;
    if (doubt >= DOUBT_MS) return 'FAILED';
    return doubt >= 5_000 ? 'PROBE' : 'DELAY';
  }
  return now - neighbour.confirmedAt < REACHABLE_MS ? 'REACHABLE' : 'STALE';
}

export interface NeighbourTable {
  find(device: string, address: string): Neighbour | undefined;
  set(neighbour: Neighbour): void;
  remove(filter: (neighbour: Neighbour) => boolean): void;
  all(): readonly Neighbour[];
}

export function createNeighbourTable(): NeighbourTable {
  const entries = new Map<string, Neighbour>();
  const key = (device: string, address: string) => `${device} ${address}`;
  return {
    find: (device, address) => entries.get(key(device, address)),
    set: (neighbour) => void entries.set(key(neighbour.device, neighbour.address), neighbour),
    remove(filter) {
      for (const [name, neighbour] of entries) {
        if (filter(neighbour)) entries.delete(name);
      }
    },
    all: () => [...entries.values()],
  };
}
