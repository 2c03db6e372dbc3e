import type { ApiClient, Cluster, Exchange } from '../engine/index.ts';
import type { Trip } from './protocol.ts';
import { provenanceOf, type Sources } from './sources.ts';

/** An exchange made ready for the page: plain data, each step with its meaning and the line that it came from. */
export function createTrip(exchange: Exchange, cluster: Cluster, api: ApiClient, sources: Sources): Trip {
  return {
    exchange: withoutEffects(exchange),
    packets: exchange.packets.map(({ trace }) => ({
      stations: cluster.stations(trace),
      observations: cluster.explain(trace).map((observation) => {
        const source =
          observation.object && provenanceOf(sources, api, observation.object, observation.field);
        return source ? { ...observation, source } : observation;
      }),
    })),
    caused: exchange.caused.map((each) => createTrip(each, cluster, api, sources)),
  };
}

/** What a trace would change is for the kernel alone, and cannot leave the worker. */
function withoutEffects(exchange: Exchange): Exchange {
  return {
    ...exchange,
    packets: exchange.packets.map((packet) => {
      const { effects: _, ...trace } = packet.trace;
      return { ...packet, trace };
    }),
    caused: exchange.caused.map(withoutEffects),
  };
}
