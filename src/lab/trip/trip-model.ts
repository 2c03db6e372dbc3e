import type { ClusterView, Message } from '../../engine/index.ts';
import type { Place } from '../../graph/index.ts';
import type { Trip } from '../protocol.ts';
import { describeStep } from './describe-step.ts';
import { rowsOf, settled } from './exchanges.ts';
import { type HopCard, hopCardOf, type Ruler, rulerOf } from './hop-card.ts';
import { bulletOf, endingOf, isRefusal, resultOf, type Verdict, verdictOf } from './outcome.ts';
import { type Strip, stripOf } from './strip.ts';

export interface ExchangeRow {
  readonly id: number;
  readonly depth: number;
  readonly bullet: 'DNS' | 'TCP' | 'UDP' | 'ICMP';
  readonly tone: 'tcp' | 'dns' | 'blocked';
  readonly question: string;
  readonly destination: string;
  readonly result: Message;
  readonly verdict: Verdict;
  readonly open: boolean;
}

/** A packet of the open exchange: `SYN`, `SYN,ACK`, `GET /` … */
export interface PacketChip {
  readonly label: string;
  readonly direction: 'out' | 'back';
  readonly refusal: boolean;
  readonly current: boolean;
  readonly steps: number;
  readonly place: Place;
}

export interface TripModel {
  readonly place: Place;
  readonly rows: readonly ExchangeRow[];
  readonly packets: readonly PacketChip[];
  readonly strip: Strip;
  readonly ruler: Ruler;
  readonly card: HopCard;
  /** `node-1, hop 2 of 5`. */
  readonly where: Message;
  readonly what: Message;
}

/**
 * All that the strip, the hop card and the ruler show while the learner stands at `place` (or as near as there is).
 * Undefined when nothing has travelled yet. `view` lets it draw the stations that a lost packet never reached.
 */
export function tripModel(
  trips: readonly Trip[],
  place: Place | undefined,
  view?: ClusterView,
): TripModel | undefined {
  const at = settled(trips, place);
  const rows = rowsOf(trips);
  const trip = at && rows.find((row) => row.trip.exchange.id === at.exchange)?.trip;
  if (!at || !trip) return undefined;
  const strip = stripOf(trip, at, view);
  const { trace } = trip.exchange.packets[at.packet]!;
  const nameOf = (hop: number) =>
    strip.columns.find(({ station }) => station.netns === trace.hops[hop]?.netns)?.name ?? '';
  const here = strip.columns[strip.hereColumn];
  const back = trip.exchange.packets[at.packet]!.direction === 'back';
  // The stations of this way only: a reply that takes another road counts its own.
  const passed = strip.columns.filter(
    ({ state, ways }) => (back || state !== 'never') && ways !== (back ? 'out' : 'back'),
  );
  const index = passed.findIndex(({ here: isHere }) => isHere);
  const visited = passed.length;
  const number = back ? visited - index : index + 1;
  return {
    place: at,
    rows: rows.map(({ trip: each, depth }) => rowOf(each, depth, each === trip)),
    packets: trip.exchange.packets.map((packet, index) => ({
      label: packet.label,
      direction: packet.direction,
      refusal: isRefusal(packet.trace.packet),
      current: index === at.packet,
      steps: packet.trace.hops.reduce((sum, { steps }) => sum + steps.length, 0),
      place: { exchange: at.exchange, packet: index, hop: 0, step: 0 },
    })),
    strip,
    ruler: rulerOf(trip, at, nameOf),
    card: hopCardOf(trip, at, nameOf(at.hop), here?.station.kind ?? 'node', number),
    where: { id: 'trip.where', values: { name: nameOf(at.hop), number, of: visited } },
    what: describeStep(trace.hops[at.hop]!.steps[at.step]!),
  };
}

function rowOf({ exchange, packets }: Trip, depth: number, open: boolean): ExchangeRow {
  const bullet = bulletOf(exchange);
  const { address, port } = exchange.destination;
  return {
    id: exchange.id,
    depth,
    bullet,
    tone: endingOf(exchange) !== 'answered' ? 'blocked' : bullet === 'DNS' ? 'dns' : 'tcp',
    question: exchange.summary,
    destination: exchange.protocol === 'icmp' ? address : `${address}:${port}`,
    result: resultOf(exchange),
    verdict: verdictOf(exchange, Math.max(0, (packets[0]?.stations.length ?? 1) - 1)),
    open,
  };
}
