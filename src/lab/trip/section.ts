import type { Hook, Step } from '../../engine/index.ts';
import type { Place } from '../../graph/index.ts';
import { stampOf } from './ribbons.ts';

/**
 * A node from the inside: where in the kernel the packet has been, in the order in which it came there. A forwarded
 * packet's way is
 *
 *   veth -> PREROUTING -> bridge -> routing -> FORWARD -> POSTROUTING -> neighbour -> eth0
 *
 * and a stop that has no step (a chain of the nat table, once the connection is known) is not drawn: it was not passed.
 */
export interface Stage {
  /** `veth1`, `cni0`, a hook's name; for routing and the like the id that words it. */
  readonly name: string;
  readonly kind: 'device' | 'bridge' | 'hook' | 'routing' | 'neighbour' | 'process' | 'tunnel';
  readonly parts: readonly StagePart[];
  readonly state: 'past' | 'now' | 'ahead';
  readonly place: Place;
}

/** A table, or conntrack, inside a hook. */
export interface StagePart {
  readonly name: string;
  readonly state: 'past' | 'now' | 'ahead';
  readonly verdict: 'ACCEPT' | 'DROP' | 'REJECT';
  /** The table that changed the packet carries the stamp. */
  readonly stamp?: { readonly text: string; readonly undo: boolean };
}

/** The stages of one hop; `place` is where the learner stands in it. */
export function sectionOf(steps: readonly Step[], place: Place): readonly Stage[] {
  const stages: Stage[] = [];
  steps.forEach((step, index) => {
    const state = index < place.step ? 'past' : index === place.step ? 'now' : 'ahead';
    const { name, kind } = stageOf(step, steps, index);
    const parts = partOf(step, state);
    const last = stages.at(-1);
    if (last && last.name === name && last.kind === kind) {
      stages[stages.length - 1] = {
        ...last,
        parts: joined(last.parts, parts),
        state: later(last.state, state),
      };
    } else stages.push({ name, kind, parts, state, place: { ...place, step: index } });
  });
  return stages;
}

function stageOf(step: Step, steps: readonly Step[], index: number): Pick<Stage, 'name' | 'kind'> {
  switch (step.kind) {
    case 'receive':
    case 'transmit':
      return { name: step.device, kind: 'device' };
    case 'bridge':
      return { name: step.bridge, kind: 'bridge' };
    case 'table':
    case 'nat':
      return { name: step.hook, kind: 'hook' };
    case 'conntrack':
      return { name: hookOf(steps, index), kind: 'hook' };
    case 'route':
      return { name: 'trip.stage.routing', kind: 'routing' };
    case 'neighbour':
      return { name: 'trip.stage.neighbour', kind: 'neighbour' };
    case 'encap':
    case 'decap':
      return { name: step.device, kind: 'tunnel' };
    case 'originate':
    case 'deliver':
      return { name: 'trip.stage.process', kind: 'process' };
  }
}

/** conntrack looks at a packet when it enters the machine or, for the machine's own, when it is made. */
function hookOf(steps: readonly Step[], index: number): Hook {
  return steps.slice(0, index).some(({ kind }) => kind === 'originate') ? 'OUTPUT' : 'PREROUTING';
}

function partOf(step: Step, state: StagePart['state']): readonly StagePart[] {
  if (step.kind === 'conntrack') return [{ name: 'conntrack', state, verdict: 'ACCEPT' }];
  if (step.kind === 'table') return [{ name: step.table, state, verdict: step.verdict }];
  const stamp = stampOf(step);
  return stamp ? [{ name: 'nat', state, verdict: 'ACCEPT', stamp }] : [];
}

/** The nat step that follows its table is the table's own doing: one part, stamped. */
function joined(parts: readonly StagePart[], more: readonly StagePart[]): readonly StagePart[] {
  const [next] = more;
  const last = parts.at(-1);
  if (!next || last?.name !== next.name) return [...parts, ...more];
  return [...parts.slice(0, -1), { ...last, ...next, state: later(last.state, next.state) }];
}

function later(a: Stage['state'], b: Stage['state']): Stage['state'] {
  return a === 'now' || b === 'now' ? 'now' : b === 'ahead' && a === 'ahead' ? 'ahead' : 'past';
}
