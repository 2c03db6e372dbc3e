import type { NetnsState } from '../netns-state.ts';
import type { Packet } from '../packet.ts';
import type { Trace } from '../trace.ts';
import { tracePacket } from './trace-packet.ts';
import type { Chooser, Machinery } from './walk.ts';

export interface WeighedTrace {
  /** In (0, 1]. */
  readonly probability: number;
  readonly trace: Trace;
}

/** More outcomes than this are not listed: the least probable branches are left out. */
const MAX_OUTCOMES = 256;

/**
 * Every way that chance could send the packet: the packet is traced once for each branch of its `statistic` rules,
 * the rules answering as the branch says.
 */
export function traceAll(
  machinery: Machinery,
  netns: NetnsState,
  packet: Packet,
  at: number,
): WeighedTrace[] {
  const outcomes: WeighedTrace[] = [];
  const open: (readonly boolean[])[] = [[]];
  while (open.length > 0 && outcomes.length < MAX_OUTCOMES) {
    const script = open.pop()!;
    const taken: boolean[] = [];
    let probability = 1;
    const choose: Chooser = (chance) => {
      const place = taken.length;
      const applies = script[place] ?? chance > 0;
      if (place >= script.length && chance > 0 && chance < 1) open.push([...taken, false]);
      taken.push(applies);
      probability *= applies ? chance : 1 - chance;
      // The middle of the branch stands for all the numbers that lead into it.
      return { number: applies ? chance / 2 : (1 + chance) / 2, applies };
    };
    const trace = tracePacket(machinery, netns, packet, { at, choose });
    if (probability > 0) outcomes.push({ probability, trace });
  }
  return outcomes;
}
