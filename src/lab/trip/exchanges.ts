import type { Place } from '../../graph/index.ts';
import type { Trip } from '../protocol.ts';

/** A trip in the list of rows; `depth` tells the exchanges that another one caused. */
export interface Row {
  readonly trip: Trip;
  readonly depth: number;
}

/** Every exchange, each followed by those that its server caused. */
export function rowsOf(trips: readonly Trip[], depth = 0): readonly Row[] {
  return trips.flatMap((trip) => [{ trip, depth }, ...rowsOf(trip.caused, depth + 1)]);
}

export function tripAt(trips: readonly Trip[], place: Place): Trip | undefined {
  return rowsOf(trips).find(({ trip }) => trip.exchange.id === place.exchange)?.trip;
}

/** All the steps of one packet, in order. */
export function placesOfPacket(trip: Trip, packet: number): readonly Place[] {
  const hops = trip.exchange.packets[packet]?.trace.hops ?? [];
  return hops.flatMap(({ steps }, hop) =>
    steps.map((_step, step) => ({ exchange: trip.exchange.id, packet, hop, step })),
  );
}

/** All the steps of one exchange, packet after packet. */
export function placesOf(trip: Trip): readonly Place[] {
  return trip.exchange.packets.flatMap((_packet, index) => placesOfPacket(trip, index));
}

/** Where a learner starts: the first step of the last request, which is what the command was for. */
export function startOf(trips: readonly Trip[]): Place | undefined {
  return [...trips].reverse().flatMap(placesOf)[0];
}

/** The place `by` steps further on (or back), across packets and exchanges; it stops at both ends. */
export function moved(trips: readonly Trip[], place: Place, by: number): Place {
  if (!exists(trips, place)) return startOf(trips) ?? place;
  let at = place;
  for (let count = 0; count < Math.abs(by); count += 1) at = neighbour(trips, at, by > 0 ? 1 : -1) ?? at;
  return at;
}

/** The nearest place that exists: what is left of a place when the trips have changed. */
export function settled(trips: readonly Trip[], place: Place | undefined): Place | undefined {
  return place && exists(trips, place) ? place : startOf(trips);
}

function exists(trips: readonly Trip[], { exchange, packet, hop, step }: Place): boolean {
  const trip = rowsOf(trips).find(({ trip }) => trip.exchange.id === exchange)?.trip;
  return trip?.exchange.packets[packet]?.trace.hops[hop]?.steps[step] !== undefined;
}

/** The next place in a direction: in this hop, or at the near end of the next hop, packet or exchange that has steps. */
function neighbour(trips: readonly Trip[], place: Place, by: 1 | -1): Place | undefined {
  const rows = rowsOf(trips);
  const at = {
    ...place,
    row: rows.findIndex(({ trip }) => trip.exchange.id === place.exchange),
    step: place.step + by,
  };
  const packets = () => rows[at.row]!.trip.exchange.packets;
  const last = (list: readonly unknown[] | undefined) => (by > 0 ? 0 : (list?.length ?? 0) - 1);
  while (rows[at.row]) {
    const hops = packets()[at.packet]?.trace.hops;
    if (hops?.[at.hop]?.steps[at.step]) {
      return { exchange: rows[at.row]!.trip.exchange.id, packet: at.packet, hop: at.hop, step: at.step };
    }
    if (hops?.[at.hop + by]) at.hop += by;
    else if (packets()[at.packet + by]) {
      at.packet += by;
      at.hop = last(packets()[at.packet]!.trace.hops);
    } else {
      at.row += by;
      if (!rows[at.row]) return undefined;
      at.packet = last(packets());
      at.hop = last(packets()[at.packet]?.trace.hops);
    }
    at.step = last(packets()[at.packet]?.trace.hops[at.hop]?.steps);
  }
  return undefined;
}
