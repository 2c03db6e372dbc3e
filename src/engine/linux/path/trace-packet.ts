import type { NetnsState } from '../netns-state.ts';
import type { Packet } from '../packet.ts';
import type { Disposition, Trace } from '../trace.ts';
import { bridgeReceive } from './bridge.ts';
import { ipReceive } from './ip-input.ts';
import { finishOutput, ipOutput } from './ip-output.ts';
import { newSkb, type SkbConnection } from './skb.ts';
import { transmit } from './transmit.ts';
import {
  type Chooser,
  createWalk,
  FrameLoop,
  type Machinery,
  type Next,
  type TraceRecord,
  type Walk,
} from './walk.ts';

export interface TraceOptions {
  readonly process?: string;
  /** Virtual ms. */
  readonly at: number;
  readonly choose?: Chooser;
  /** An answer that the kernel makes belongs to the connection of the packet that it answers (nf_ct_attach). */
  readonly attach?: SkbConnection;
}

const chooseByDraw: Chooser = (probability, draw) => {
  const number = draw();
  return { number, applies: number < probability };
};

/** Follows a packet from the namespace that sends it to its end, without changing anything. */
export function tracePacket(
  machinery: Machinery,
  netns: NetnsState,
  packet: Packet,
  options: TraceOptions,
): Trace {
  const walk = createWalk(machinery, options.at, options.choose ?? chooseByDraw);
  const skb = newSkb(packet, options.attach && { ...options.attach });
  walk.enter(netns);
  walk.note({ kind: 'originate', ...(options.process && { process: options.process }) }, skb);
  let disposition: Disposition;
  try {
    disposition = goOn(walk, { kind: 'ip-output', netns, skb });
  } catch (error) {
    if (!(error instanceof FrameLoop)) throw error;
    disposition = { kind: 'DROPPED', netns: walk.hops.at(-1)!.netns, reason: 'loop' };
  }
  const record: TraceRecord = { effects: walk.effects, ending: walk.ending };
  return { packet, hops: walk.hops, disposition, effects: record };
}

/** From stage to stage, until one of them is the end. */
function goOn(walk: Walk, first: Next): Disposition {
  let next = first;
  for (;;) {
    switch (next.kind) {
      case 'ip-output':
        next = ipOutput(walk, next.netns, next.skb);
        break;
      case 'ip-finish':
        next = finishOutput(walk, next.netns, next.skb, next.route, next.forwarded);
        break;
      case 'transmit':
        next = transmit(walk, next.link, next.skb);
        break;
      case 'bridge':
        next = bridgeReceive(walk, next.port, next.bridge, next.skb);
        break;
      case 'ip-receive':
        next = ipReceive(walk, next.netns, next.device, next.skb);
        break;
      default:
        return next;
    }
  }
}
