import type { Chance } from '../chance.ts';
import { createEffects, type Effects } from '../effects.ts';
import type { Route } from '../fib.ts';
import type { BridgeLink, Link } from '../link.ts';
import { RESOLVE_TIMEOUT_MS } from '../neighbours.ts';
import type { NetnsState } from '../netns-state.ts';
import type { Disposition, Hop, Step, Trace } from '../trace.ts';
import type { SkbConnection, SocketBuffer } from './skb.ts';

/** What a walk needs of the whole network. */
export interface Machinery {
  readonly chance: Chance;
  /** The id that the next connection gets. */
  nextConnectionId(): number;
}

/** Decides `-m statistic`: the drawn number, and whether the rule applies. */
export type Chooser = (
  probability: number,
  draw: () => number,
) => { readonly number: number; readonly applies: boolean };

/**
 * Where the packet goes next, or how its way ended. `tracePacket` goes from stage to stage:
 *
 *     ip-output ──► ip-finish ──► transmit ──► receive ──► bridge ──► ip-receive ──► (socket)
 *         ▲             ▲            ▲            (far end)   │            │
 *         │ vxlan       │            └────── another port ◄───┘            │
 *         └─────────────┼──── forward ◄────────────────────────────────────┘
 */
export type Next =
  | Disposition
  | { readonly kind: 'ip-output'; readonly netns: NetnsState; readonly skb: SocketBuffer }
  | {
      readonly kind: 'ip-finish';
      readonly netns: NetnsState;
      readonly route: Route /** It came in by a device, and is not our own. */;
      readonly forwarded: boolean;
      readonly skb: SocketBuffer;
    }
  | { readonly kind: 'transmit'; readonly link: Link; readonly skb: SocketBuffer }
  | { readonly kind: 'bridge'; readonly port: Link; readonly bridge: BridgeLink; readonly skb: SocketBuffer }
  | {
      readonly kind: 'ip-receive';
      readonly netns: NetnsState;
      readonly device: Link;
      readonly skb: SocketBuffer;
    };

/** One packet's way, while it is being found. */
export interface Walk {
  readonly machinery: Machinery;
  readonly effects: Effects;
  readonly choose: Chooser;
  /** The next random number. */
  draw(): number;
  /** Starts a hop. */
  enter(netns: NetnsState): void;
  note(step: StepBody, skb: SocketBuffer): void;
  /** The way ends here: answers the disposition, and remembers what an answer must start from. */
  end(netns: NetnsState, skb: SocketBuffer, disposition: Disposition, answer?: Answer): Disposition;
  readonly hops: readonly Hop[];
  ending: Ending | undefined;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type StepBody = DistributiveOmit<Step, 'packet'>;

/** What the machine that ends a packet's way sends back, if anything. */
export type Answer =
  | {
      readonly kind: 'icmp';
      readonly type: number;
      readonly code: number;
      readonly mtu?: number /** The packet was addressed to this machine. */;
      readonly local: boolean;
    }
  /** `attached`: netfilter's own, which belongs to the connection of the packet that it answers (nf_send_reset). */
  | { readonly kind: 'tcp-reset'; readonly attached: boolean };

export interface Ending {
  readonly netns: NetnsState;
  readonly packet: SocketBuffer['packet'];
  readonly connection: SkbConnection | undefined;
  readonly answer: Answer | undefined;
  /** How long it takes until the answer goes out, in virtual ms: ARP waits three seconds. */
  readonly delayMs: number;
}

/** More steps than this are a loop that no TTL ends: a ring of bridges. */
const MAX_STEPS = 4_000;

export function createWalk(machinery: Machinery, at: number, choose: Chooser): Walk {
  const hops: { netns: string; steps: Step[] }[] = [];
  const effects = createEffects(at);
  let steps = 0;
  return {
    machinery,
    effects,
    choose,
    hops,
    ending: undefined,
    draw: () => machinery.chance.peek(effects.draws++),
    enter(netns) {
      hops.push({ netns: netns.name, steps: [] });
    },
    note(step, skb) {
      if (++steps > MAX_STEPS) throw new FrameLoop();
      hops.at(-1)!.steps.push({ ...step, packet: skb.packet } as Step);
    },
    end(netns, skb, disposition, answer) {
      const delayMs = disposition.kind === 'NEIGHBOUR_UNREACHABLE' ? RESOLVE_TIMEOUT_MS : 0;
      this.ending = { netns, packet: skb.packet, connection: skb.connection, answer, delayMs };
      return disposition;
    },
  };
}

/** Caught in `tracePacket`: frames that go round and round end there. */
export class FrameLoop extends Error {}

/** What `effects` of a public trace holds. */
export interface TraceRecord {
  readonly effects: Effects;
  readonly ending: Ending | undefined;
}

export function recordOf(trace: Trace): TraceRecord | undefined {
  return trace.effects as TraceRecord | undefined;
}
