import type { Trace } from '../linux/index.ts';
import type { Station } from './observation.ts';

/**
 * The stops of a trace in the order of travel: one for each hop, and between two machines that are not one another's
 * pods, the wire that joins them.
 */
export function stations(
  trace: Trace,
  stationOf: (netns: string) => Station,
  wireBetween: (from: Station, to: Station) => Station,
): readonly Station[] {
  const stops: Station[] = [];
  for (const hop of trace.hops) {
    const stop = stationOf(hop.netns);
    const last = stops.at(-1);
    if (last && last.kind !== 'pod' && stop.kind !== 'pod') stops.push(wireBetween(last, stop));
    stops.push(stop);
  }
  return stops;
}
