import type { Cluster, Exchange, Observation, Station } from '../engine/index.ts';

/** What `--json` prints of one command line. */
export interface CommandResult {
  readonly command: string;
  readonly status: number;
  readonly output: string;
  readonly errors: string;
  readonly exchanges: readonly PlainExchange[];
}

/** An exchange with the stops and the meaning of each packet's trace. */
export interface PlainExchange extends Omit<Exchange, 'packets' | 'caused'> {
  readonly packets: readonly (Exchange['packets'][number] & {
    readonly stations: readonly Station[];
    readonly observations: readonly Observation[];
  })[];
  readonly caused: readonly PlainExchange[];
}

export function plainExchange(exchange: Exchange, cluster: Cluster): PlainExchange {
  return {
    ...exchange,
    packets: exchange.packets.map((packet) => {
      const { effects: _, ...trace } = packet.trace;
      return {
        ...packet,
        trace,
        stations: cluster.stations(packet.trace),
        observations: cluster.explain(packet.trace),
      };
    }),
    caused: exchange.caused.map((each) => plainExchange(each, cluster)),
  };
}
