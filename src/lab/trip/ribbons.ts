import type { Packet, Step, Trace } from '../../engine/index.ts';
import { endpointOf } from './header.ts';

/**
 * An address for as long as it is true. Lines are half columns: column i begins at line 2i, its centre is 2i + 1. A
 * ribbon ends at the centre of the column that changes it, where the stamp sits.
 */
export interface Ribbon {
  readonly field: 'source' | 'destination';
  readonly address: string;
  readonly from: number;
  readonly to: number;
  /** What stands at its beginning and at its end. */
  readonly stampAtStart: boolean;
  readonly stampAtEnd: boolean;
  /** The stamps of this row, by column; on each row's first ribbon only. */
  readonly stamps: readonly Stamp[];
}

export interface Stamp {
  readonly column: number;
  readonly text: 'DNAT' | 'SNAT';
  /** The reply's way of undoing what was done on the way out. */
  readonly undo: boolean;
}

/** The text on a stamp, by what a nat step did. */
export function stampOf(step: Step): { readonly text: 'DNAT' | 'SNAT'; readonly undo: boolean } | undefined {
  if (step.kind !== 'nat') return undefined;
  return { text: step.change.includes('dnat') ? 'DNAT' : 'SNAT', undo: step.change.startsWith('un-') };
}

/** The ribbons of one way, row by row: its main address, and the other one if it changes on the way. */
export function ribbonsOf(
  trace: Trace,
  way: 'out' | 'back',
  columnOf: (netns: string) => number,
  count: number,
): readonly Ribbon[] {
  const main = way === 'out' ? 'destination' : 'source';
  const other = way === 'out' ? 'source' : 'destination';
  const rows = rowOf(trace, main, way, columnOf, count);
  const second = rowOf(trace, other, way, columnOf, count);
  return second.length > 1 ? [...rows, ...second] : rows;
}

function rowOf(
  trace: Trace,
  field: 'source' | 'destination',
  way: 'out' | 'back',
  columnOf: (netns: string) => number,
  count: number,
): readonly Ribbon[] {
  const values: { address: string; column: number }[] = [];
  const stamps: Stamp[] = [];
  let last = way === 'out' ? 0 : count - 1;
  for (const hop of trace.hops) {
    const column = columnOf(hop.netns);
    if (column < 0) continue;
    last = column;
    for (const step of hop.steps) {
      const address = endpointOf(step.packet, field);
      const stamp = stampOf(step);
      if (values.at(-1)?.address === address) continue;
      if (values.length > 0 && stamp) stamps.push({ column, ...stamp });
      values.push({ address, column });
    }
  }
  const ended = trace.disposition.kind !== 'ACCEPTED';
  const edge = ended ? 2 * last + 1 : way === 'out' ? 2 * count : 0;
  return values.map(({ address, column }, index): Ribbon => {
    const first = index === 0;
    const begin = first ? (way === 'out' ? 2 * column : 2 * column + 2) : 2 * column + 1;
    const next = values[index + 1];
    const end = next ? 2 * next.column + 1 : edge;
    return {
      field,
      address,
      from: Math.min(begin, end),
      to: Math.max(begin, end),
      stampAtStart: way === 'out' ? !first : next !== undefined,
      stampAtEnd: way === 'out' ? next !== undefined : !first,
      stamps: first ? stamps : [],
    };
  });
}

/** The packet as it enters a hop and as it leaves it. */
export function packetsOfHop(trace: Trace, hop: number): { readonly before: Packet; readonly after: Packet } {
  const steps = trace.hops[hop]?.steps ?? [];
  return { before: packetBefore(trace, hop, 0), after: steps.at(-1)?.packet ?? trace.packet };
}

/** The packet as it was before a step. */
export function packetBefore(trace: Trace, hop: number, step: number): Packet {
  return (
    trace.hops[hop]?.steps[step - 1]?.packet ?? trace.hops[hop - 1]?.steps.at(-1)?.packet ?? trace.packet
  );
}
