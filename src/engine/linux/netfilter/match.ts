import type { Packet } from '../packet.ts';
import type { ConntrackState, Tuple } from '../trace.ts';

export type AddressType =
  | 'UNSPEC'
  | 'UNICAST'
  | 'LOCAL'
  | 'BROADCAST'
  | 'MULTICAST'
  | 'BLACKHOLE'
  | 'UNREACHABLE'
  | 'PROHIBIT';

/** All that a rule may look at. */
export interface MatchContext {
  readonly packet: Packet;
  readonly mark: number;
  readonly inDevice: string | undefined;
  readonly outDevice: string | undefined;
  /** The bridge ports, when the packet came or goes through a bridge. */
  readonly physicalIn: string | undefined;
  readonly physicalOut: string | undefined;
  /** It is switched from port to port, not routed. */
  readonly isBridged: boolean;
  readonly connection: ConnectionState | undefined;
  addressType(address: string, device?: string): AddressType;
  /** Virtual ms. */
  readonly now: number;
  /** For `-m statistic`: answers whether the rule applies, and notes the draw. */
  draw(probability: number): boolean;
  readonly recent: RecentLists;
  /** Whether an ipset holds the packet's addresses, read as the directions say; undefined: no such set. */
  inSet(name: string, directions: readonly ('src' | 'dst')[], packet: Packet): boolean | undefined;
}

export interface ConnectionState {
  readonly state: ConntrackState;
  readonly isReply: boolean;
  readonly sourceNat: boolean;
  readonly destinationNat: boolean;
  readonly original: Tuple | undefined;
  readonly reply: Tuple | undefined;
}

/** The lists of `-m recent`, as this packet sees them. */
export interface RecentLists {
  /** Virtual ms of the times that the address was seen; empty when it is not on the list. */
  find(list: string, address: string): readonly number[];
  update(list: string, address: string, change: 'set' | 'remove'): void;
  /** Forgets the addresses that were last seen before that time. */
  reap(list: string, before: number): void;
}

/** One `-m` of a rule, ready to be asked. */
export interface Match {
  readonly name: string;
  /** As iptables-save prints it: `-m tcp --dport 80`. */
  readonly text: string;
  matches(context: MatchContext): boolean;
  /** The only destination port that can match, when there is one: rules are indexed by it. */
  readonly destinationPort?: number;
  /** The ipset that it asks, which must be there when the rule is loaded. */
  readonly setName?: string;
}

/** Collects the options of one `-m` while a rule is read. */
export interface MatchBuilder {
  readonly name: string;
  /** Answers false when the option is not one of this match's. `take` hands out the next word. */
  option(option: string, inverted: boolean, take: () => string): boolean;
  /** Fails when an option that must be there is missing. */
  build(): Match;
}
