import { ARP_MS, CROSSING_MS } from '../capture.ts';
import type { Exchange, ExchangePacket, Outcome, SocketAddress } from '../exchange.ts';
import type { NetnsState } from '../netns-state.ts';
import type { RequestOptions } from '../network.ts';
import type { Packet } from '../packet.ts';
import type { SkbConnection } from '../path/skb.ts';
import { tracePacket } from '../path/trace-packet.ts';
import { type Ending, type Machinery, recordOf } from '../path/walk.ts';
import type { SocketReference, Trace } from '../trace.ts';

/** What requests need of the network. */
export interface Sending {
  readonly machinery: Machinery;
  now(): number;
  stateOf(netns: string): NetnsState;
  commit(trace: Trace): void;
}

export interface Sent {
  readonly trace: Trace;
  readonly ending: Ending | undefined;
}

/** One exchange while it goes on: its packets so far, and how much time has passed. */
export interface Conversation {
  /** Virtual ms since it began. */
  elapsed: number;
  readonly startedAt: number;
  readonly packets: ExchangePacket[];
  readonly caused: Exchange[];
  readonly client: NetnsState;
  /** Sends a packet at `elapsed`, writes its effects, and lets the time pass that its way takes. */
  send(
    from: NetnsState,
    packet: Packet,
    label: string,
    direction: 'out' | 'back',
    options?: {
      readonly process?: string;
      readonly attach?: SkbConnection;
      /** False: it is sent like any other, but is no part of the story. */
      readonly drawn?: boolean;
    },
  ): Sent;
  finish(outcome: Outcome, source: SocketAddress): Exchange;
}

export function startConversation(
  sending: Sending,
  options: RequestOptions,
  startedAt: number,
  id: number,
): Conversation {
  const client = sending.stateOf(options.netns);
  return {
    elapsed: 0,
    startedAt,
    packets: [],
    caused: [],
    client,
    send(from, packet, label, direction, { process, attach, drawn = true } = {}) {
      const at = startedAt + this.elapsed;
      const trace = tracePacket(sending.machinery, from, packet, {
        at,
        ...(process && { process }),
        ...(attach && { attach }),
      });
      sending.commit(trace);
      if (drawn) this.packets.push({ label, direction, at: this.elapsed, trace });
      this.elapsed += travelTime(trace);
      return { trace, ending: recordOf(trace)?.ending };
    },
    finish(outcome, source) {
      return {
        id,
        protocol: options.protocol,
        summary: options.payload?.summary ?? (options.protocol === 'icmp' ? 'echo request' : 'connect'),
        client: { ...source, netns: options.netns, process: options.process },
        destination: options.destination,
        packets: this.packets,
        outcome,
        caused: this.caused,
        startedAt,
        elapsedMs: round(this.elapsed),
      };
    },
  };
}

function travelTime(trace: Trace): number {
  let time = 0;
  for (const { steps } of trace.hops) {
    for (const step of steps) {
      if (step.kind === 'transmit' && step.device !== 'lo') time += CROSSING_MS;
      if (step.kind === 'neighbour' && step.state === 'resolved') time += ARP_MS;
    }
  }
  return time;
}

/** To the microsecond, so that sums of small times print well. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Did the packet reach this very socket? */
export function reached(sent: Sent, socket: SocketReference): boolean {
  return sent.trace.disposition.kind === 'ACCEPTED' && sent.trace.disposition.socket === socket;
}
