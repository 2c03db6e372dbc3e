import type { Packet } from './packet.ts';

/** The netfilter hooks, in the words of the chains that hang on them. */
export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';
export type TableName = 'raw' | 'mangle' | 'nat' | 'filter';
/** A table of nftables, with its family: `ip kube-proxy`. */
export type NftTableName = `ip ${string}` | `ip6 ${string}`;
/** conntrack's view of a packet, as `-m conntrack --ctstate` names it. */
export type ConntrackState = 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';

/** One rule, and where it stands. `chain` and `number` are what `iptables -L --line-numbers` shows. */
export interface RuleReference {
  readonly table: TableName | NftTableName;
  readonly chain: string;
  /** From 1. 0: the policy of a built-in chain. */
  readonly number: number;
  /**
   * The rule as iptables-restore read it, `-A KUBE-SERVICES -d …`; for a policy, `-P FORWARD DROP`. As `nft -f` read
   * it, `add rule ip kube-proxy services …`; for a policy, `policy drop`.
   */
  readonly text: string;
  /**
   * nftables: the element that the rule found in a map, as `nft -f` read it, `add element ip kube-proxy service-ips { … }`;
   * in a map of its own, `0 : goto …`.
   */
  readonly element?: string;
}

/** A rule that the packet was compared with. Runs of rules that did not match are kept as one visit with a `count`. */
export interface RuleVisit {
  readonly rule: RuleReference;
  readonly matched: boolean;
  /** How many consecutive rules, this one the last, did not match (1 when left out). Only when `matched` is false. */
  readonly count?: number;
  /** `-m statistic`, `numgen random`: the number drawn, in [0, 1), and the probability of what was chosen. */
  readonly draw?: { readonly number: number; readonly probability: number };
  /** What a matching rule did: `DNAT to 100.96.2.3:8080`, `jump KUBE-SVC-…`, `RETURN`, `ACCEPT`, `mark 0x4000`. */
  readonly verdict?: string;
  /** How deep in jumps this rule stands: 0 in the built-in chain. */
  readonly depth: number;
}

export interface Tuple {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly source: string;
  readonly destination: string;
  /** Ports; for ICMP echo, the identifier in both. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** ICMP echo only: 8 in the direction of the request, 0 in that of the reply. */
  readonly icmpType?: 0 | 8;
}

/** A connection as `conntrack -L` prints it: the original tuple and the one expected of the reply. */
export interface ConntrackEntryView {
  readonly id: number;
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly dnat: boolean;
  readonly snat: boolean;
  /** TCP only: `SYN_SENT`, `ESTABLISHED` … */
  readonly tcpState?: string;
  /** No reply has been seen yet: `[UNREPLIED]`. */
  readonly unreplied?: boolean;
  /** Seen in both directions, so not dropped early: `[ASSURED]`. */
  readonly assured?: boolean;
  /** Virtual milliseconds until it is forgotten if no packet comes. */
  readonly expiresInMs?: number;
}

export interface RouteView {
  /** `default`, or the prefix: `100.96.2.0/24`. */
  readonly destination: string;
  readonly via?: string;
  readonly device: string;
  readonly source?: string;
  /** The route as `ip route` prints it. */
  readonly text: string;
  readonly table: 'local' | 'main';
  /** Whoever added the route, in its own words: `host-gw node-2`. */
  readonly owner?: string;
}

/** One thing that happened to the packet in one network namespace. `packet` is what it is afterwards. */
export type Step = { readonly packet: Packet } & (
  | { readonly kind: 'originate'; readonly process?: string }
  | { readonly kind: 'receive'; readonly device: string; readonly peer: DeviceReference }
  | {
      readonly kind: 'bridge';
      readonly bridge: string;
      readonly from: string;
      /** The port that the frame leaves by; the bridge's own name when it goes up to the node. */
      readonly to: string;
      /** `fdb`: learned address; `flood`: unknown address; `local`: the bridge's own MAC. */
      readonly because: 'fdb' | 'flood' | 'local';
    }
  | {
      readonly kind: 'conntrack';
      readonly state: ConntrackState;
      readonly entry?: ConntrackEntryView;
      readonly isReply: boolean;
      readonly created: boolean;
    }
  | {
      readonly kind: 'table';
      readonly table: TableName | NftTableName;
      readonly hook: Hook;
      /** nftables: the base chain translates. */
      readonly isNat?: boolean;
      readonly visited: readonly RuleVisit[];
      /** `ACCEPT` lets it go on; the others end it (REJECT also sends an answer). */
      readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
      readonly markBefore: number;
      readonly markAfter: number;
    }
  | {
      readonly kind: 'nat';
      readonly hook: Hook;
      /** dnat and snat change a new connection; `un-…` and `again` repeat or undo it from the conntrack entry. */
      readonly change: 'dnat' | 'snat' | 'un-dnat' | 'un-snat' | 'dnat-again' | 'snat-again';
      readonly from: Tuple;
      readonly to: Tuple;
      /** The rule that decided; absent when the conntrack entry did. */
      readonly rule?: RuleReference;
      readonly entry: ConntrackEntryView;
    }
  | {
      readonly kind: 'route';
      readonly route?: RouteView;
      readonly decision: 'local' | 'forward' | 'output' | 'unreachable';
    }
  | {
      readonly kind: 'neighbour';
      readonly device: string;
      readonly address: string;
      /** Absent: nobody answered ARP. */
      readonly mac?: string;
      /** `cached`: the table had it; `resolved`: ARP was asked just now; `failed`. */
      readonly state: 'cached' | 'resolved' | 'failed';
    }
  | { readonly kind: 'encap'; readonly device: string; readonly vni: number; readonly remote: string }
  | { readonly kind: 'decap'; readonly device: string; readonly vni: number }
  | { readonly kind: 'transmit'; readonly device: string; readonly peer: DeviceReference }
  | { readonly kind: 'deliver'; readonly socket?: SocketReference; readonly process?: string }
);

export type StepKind = Step['kind'];

export interface DeviceReference {
  readonly netns: string;
  readonly device: string;
}

export interface SocketReference {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** What it is bound to: 0.0.0.0, 127.0.0.1, a pod's address. */
  readonly address: string;
  readonly port: number;
  readonly process: string;
}

/** The time that a packet spent in one network namespace. */
export interface Hop {
  readonly netns: string;
  readonly steps: readonly Step[];
}

/** Why a packet's way ended, with the evidence. */
export type Disposition =
  | { readonly kind: 'ACCEPTED'; readonly netns: string; readonly socket: SocketReference }
  /** It reached the address, and nobody listens there: `answer` is what that host sends back. */
  | {
      readonly kind: 'NO_SOCKET';
      readonly netns: string;
      readonly answer: 'tcp-reset' | 'icmp-port-unreachable' | 'none';
    }
  | {
      readonly kind: 'REJECTED';
      readonly netns: string;
      readonly rule: RuleReference;
      readonly answer: string;
    }
  /** `reason` when no rule did it: `hairpin`, `rp_filter`, `martian`, `mtu`, `forwarding-off`, `checked-elsewhere` … */
  | {
      readonly kind: 'DROPPED';
      readonly netns: string;
      readonly rule?: RuleReference;
      readonly reason?: string;
    }
  | { readonly kind: 'NO_ROUTE'; readonly netns: string; readonly destination: string }
  | {
      readonly kind: 'NEIGHBOUR_UNREACHABLE';
      readonly netns: string;
      readonly device: string;
      readonly address: string;
    }
  | { readonly kind: 'TTL_EXCEEDED'; readonly netns: string }
  /** It left by the gateway to a place that is not simulated: nobody answers. */
  | { readonly kind: 'EXITS_CLUSTER'; readonly netns: string; readonly destination: string };

/**
 * One packet's way from the namespace that sends it to its end. Tracing changes nothing: `effects` is what
 * `network.commit` would write (conntrack entries, learned addresses, counters, `recent` lists).
 */
export interface Trace {
  readonly packet: Packet;
  readonly hops: readonly Hop[];
  readonly disposition: Disposition;
  /** Opaque: for `commit` alone. Not plain data, never sent across a worker. */
  readonly effects?: unknown;
}
