import { playLab } from '../lab/index.ts';
import { type TripModel, tripModel } from '../lab/trip/index.ts';
import type { Lab } from '../lessons/index.ts';

/** Asks for the page until the pod that answers is on another node: the draw is the cluster's. */
const ATTEMPTS = 12;

/**
 * A trip for a page to show, computed by the same engine while the page is built: `command`, typed into the solved lab,
 * with the traveller at the step that rewrites the destination. Throws when no trip crosses from one node to another.
 */
export async function exampleTrip(lab: Lab, command: string): Promise<TripModel> {
  const { trips, view } = await playLab(
    lab,
    Array.from({ length: ATTEMPTS }, () => command),
  );
  for (const trip of trips) {
    const [first] = trip.exchange.packets;
    const crosses =
      first?.trace.hops.filter(({ steps }) => steps.some((step) => step.kind === 'table')).length === 2;
    if (trip.exchange.protocol !== 'tcp' || !crosses || !first) continue;
    for (const [hop, { steps }] of first.trace.hops.entries()) {
      const step = steps.findIndex((each) => each.kind === 'nat');
      const model = tripModel([trip], { exchange: trip.exchange.id, packet: 0, hop, step }, view);
      if (step >= 0 && model) return model;
    }
  }
  throw new Error(`No trip of "${command}" crosses from one node to another.`);
}
