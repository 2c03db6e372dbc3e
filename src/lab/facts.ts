import type { ApiClient, ClusterView, Exchange, Step } from '../engine/index.ts';

/** One command that ran, and what its programs sent. */
export interface CommandFact {
  readonly line: string;
  readonly status: number;
  /** What it printed, both streams, its first 100,000 characters. */
  readonly output: string;
  readonly exchanges: readonly Exchange[];
}

/** The learner looked at one step of a trip. */
export interface VisitFact {
  readonly command: CommandFact;
  readonly exchange: Exchange;
  readonly packet: number;
  readonly hop: number;
  readonly netns: string;
  readonly step: Step;
}

/** All that goals may look at. */
export interface Facts {
  readonly api: ApiClient;
  readonly view: ClusterView;
  readonly commands: readonly CommandFact[];
  readonly visits: readonly VisitFact[];
}

/** An exchange and all that its receivers caused, outermost first. */
export function withCaused(exchange: Exchange): readonly Exchange[] {
  return [exchange, ...exchange.caused.flatMap(withCaused)];
}
