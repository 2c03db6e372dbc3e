/**
 * Where the learner stands in a list of trips: one step, of one hop, of one packet, of one exchange.
 * `exchange` is `Exchange.id`; the others count from 0.
 */
export interface Place {
  readonly exchange: number;
  readonly packet: number;
  readonly hop: number;
  readonly step: number;
}
