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

/** The answers that the first `statistic` rules of a way are made to give, and how probable those are. */
interface Branch {
  readonly answers: readonly boolean[];
  readonly probability: number;
}

/** More outcomes than this are not listed: what is left out is the least probable. */
const MAX_OUTCOMES = 2_048;

/**
 * Every way that chance could send the packet, in the order of the rules: the packet is traced once for each branch
 * of its `statistic` rules, the rules answering as the branch says. The probabilities add up to 1 (unless there are
 * more outcomes than are listed).
 *
 *     rule 1 (1/3) ──yes──► a               1/3
 *          └─no─► rule 2 (1/2) ──yes──► b   2/3 · 1/2
 *                      └─no─► rule 3 ──► c  2/3 · 1/2
 */
export function traceAll(
  machinery: Machinery,
  netns: NetnsState,
  packet: Packet,
  at: number,
): WeighedTrace[] {
  const outcomes: (WeighedTrace & { readonly answers: readonly boolean[] })[] = [];
  const open: Branch[] = [{ answers: [], probability: 1 }];
  while (open.length > 0 && outcomes.length < MAX_OUTCOMES) {
    const branch = takeMostProbable(open);
    const given: boolean[] = [];
    let probability = 1;
    const choose: Chooser = (chance) => {
      const place = given.length;
      const applies = branch.answers[place] ?? chance > 0;
      if (place >= branch.answers.length && chance > 0 && chance < 1)
        open.push({ answers: [...given, false], probability: probability * (1 - chance) });
      given.push(applies);
      probability *= applies ? chance : 1 - chance;
      // The middle of the branch stands for all the numbers that lead into it.
      return { number: applies ? chance / 2 : (1 + chance) / 2, applies };
    };
    const trace = tracePacket(machinery, netns, packet, { at, choose });
    outcomes.push({ probability, trace, answers: given });
  }
  return outcomes
    .sort((one, other) => inOrder(one.answers, other.answers))
    .map(({ probability, trace }) => ({ probability, trace }));
}

function takeMostProbable(open: Branch[]): Branch {
  let best = 0;
  for (let place = 1; place < open.length; place++) {
    if (open[place]!.probability > open[best]!.probability) best = place;
  }
  return open.splice(best, 1)[0]!;
}

/** Where two ways part, the one that the rule applied to comes first. */
function inOrder(one: readonly boolean[], other: readonly boolean[]): number {
  const parting = one.findIndex((answer, place) => answer !== other[place]);
  return parting === -1 ? 0 : one[parting] ? -1 : 1;
}
