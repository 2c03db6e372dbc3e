import type { Exchange, Message, Packet } from '../../engine/index.ts';

/** How an exchange ended, as the strip draws it: a way back, a refusal that travels back, or nothing at all. */
export type Ending = 'answered' | 'refused' | 'lost';

export interface Verdict {
  readonly ending: Ending;
  readonly message: Message;
}

export function endingOf(exchange: Exchange): Ending {
  if (exchange.outcome.kind === 'replied') return 'answered';
  if (hasExpired(exchange)) return 'refused';
  if (exchange.outcome.kind === 'timeout') return 'lost';
  return exchange.packets.some(({ direction }) => direction === 'back') ? 'refused' : 'lost';
}

/** In a word or two: `5 hops`, `refused`, `no answer`, `no route`. `hops` counts the ways from one station to the next. */
export function verdictOf(exchange: Exchange, hops: number): Verdict {
  const ending = endingOf(exchange);
  if (exchange.outcome.kind === 'replied')
    return { ending, message: { id: 'trip.verdict.answered', values: { hops } } };
  if (hasExpired(exchange)) return { ending, message: { id: 'trip.verdict.expired', values: {} } };
  if (exchange.outcome.kind === 'timeout')
    return { ending, message: { id: 'trip.verdict.timeout', values: {} } };
  return { ending, message: { id: 'trip.verdict.failed', values: { errno: exchange.outcome.errno } } };
}

/** A router on the way sent word that the TTL was used up: the client may go on waiting, but there was an answer. */
function hasExpired({ packets }: Exchange): boolean {
  const last = packets.findLast(({ direction }) => direction === 'back')?.trace.packet.transport;
  return last?.protocol === 'icmp' && last.type === 11;
}

/** What came back, in the server's own words, or after how long nothing did. */
export function resultOf(exchange: Exchange): Message {
  const { outcome, elapsedMs } = exchange;
  if (outcome.kind === 'replied' && outcome.payload)
    return { id: 'trip.result.reply', values: { reply: outcome.payload.summary } };
  if (outcome.kind === 'replied') return { id: 'trip.result.connected', values: {} };
  return elapsedMs < 1000
    ? { id: 'trip.result.milliseconds', values: { time: Math.round(elapsedMs * 10) / 10 } }
    : { id: 'trip.result.seconds', values: { time: Math.round(elapsedMs / 100) / 10 } };
}

/** Whether a packet says no: a TCP reset, or an ICMP error. */
export function isRefusal(packet: Packet): boolean {
  const { transport } = packet;
  if (transport.protocol === 'tcp') return transport.flags.includes('RST');
  return transport.protocol === 'icmp' && (transport.type === 3 || transport.type === 11);
}

/** `DNS` for questions to port 53, else the protocol. */
export function bulletOf(exchange: Exchange): 'DNS' | 'TCP' | 'UDP' | 'ICMP' {
  if (exchange.destination.port === 53 && exchange.protocol !== 'icmp') return 'DNS';
  return exchange.protocol === 'tcp' ? 'TCP' : exchange.protocol === 'udp' ? 'UDP' : 'ICMP';
}
