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

function allPlaces(trips: readonly Trip[]): readonly Place[] {
  return rowsOf(trips).flatMap(({ trip }) => placesOf(trip));
}

function samePlace(a: Place, b: Place): boolean {
  return a.exchange === b.exchange && a.packet === b.packet && a.hop === b.hop && a.step === b.step;
}

/** The place `by` steps further on (or back), across packets and exchanges; it stops at both ends. */
export function moved(trips: readonly Trip[], place: Place, by: number): Place {
  const places = allPlaces(trips);
  const index = places.findIndex((candidate) => samePlace(candidate, place));
  if (index < 0) return startOf(trips) ?? place;
  return places[Math.max(0, Math.min(places.length - 1, index + by))]!;
}

/** The nearest place that exists: what is left of a place when the trips have changed. */
export function settled(trips: readonly Trip[], place: Place | undefined): Place | undefined {
  if (place && allPlaces(trips).some((candidate) => samePlace(candidate, place))) return place;
  return startOf(trips);
}
