import type { ConntrackEntryView, Tuple } from '../trace.ts';
import type { TcpState } from './tcp-states.ts';

/**
 * One connection. It is made by its first packet, and written in the table only when that packet leaves the machine
 * or reaches a socket; until then it belongs to the packet alone.
 *
 *     original   client -> what the client asked for
 *     reply      what answers -> where the answer is to go: the inverse of original, but for NAT
 */
export interface ConntrackEntry {
  readonly id: number;
  readonly original: Tuple;
  reply: Tuple;
  /** Whether each kind of NAT was decided, be it to change nothing. */
  sourceDecided: boolean;
  destinationDecided: boolean;
  /** Whether it changes addresses. */
  sourceNat: boolean;
  destinationNat: boolean;
  seenReply: boolean;
  assured: boolean;
  tcp: TcpState | undefined;
  readonly createdAt: number;
  /** Virtual ms. */
  expiresAt: number;
  mark: number;
}

export function conntrackView(entry: ConntrackEntry, now: number): ConntrackEntryView {
  return {
    id: entry.id,
    original: entry.original,
    reply: entry.reply,
    dnat: entry.destinationNat,
    snat: entry.sourceNat,
    ...(entry.tcp && { tcpState: entry.tcp }),
    unreplied: !entry.seenReply,
    assured: entry.assured,
    expiresInMs: Math.max(0, entry.expiresAt - now),
  };
}
