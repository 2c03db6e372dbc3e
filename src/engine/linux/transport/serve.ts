import type { Exchange } from '../exchange.ts';
import type { NetnsState } from '../netns-state.ts';
import type { IncomingResponse, RequestOptions } from '../network.ts';
import type { Packet, Payload } from '../packet.ts';
import type { Conversation } from './conversation.ts';

export type AskOthers = (options: RequestOptions, startedAt: number) => Exchange;

/** Lets the server's process answer. What it asks of others on the way is kept under the exchange's `caused`. */
export function serve(
  conversation: Conversation,
  server: NetnsState,
  protocol: 'tcp' | 'udp',
  arrived: Packet,
  payload: Payload | undefined,
  ask: AskOthers,
): IncomingResponse | undefined {
  const { ip, transport } = arrived;
  if (transport.protocol === 'icmp') return undefined;
  const listener = server.sockets.findListener(protocol, ip.destination, transport.destinationPort);
  if (!listener) return undefined;
  return listener.handler({
    payload,
    peer: { address: ip.source, port: transport.sourcePort },
    local: { address: ip.destination, port: transport.destinationPort },
    request(options) {
      const exchange = ask(
        { ...options, netns: server.name, process: listener.reference.process },
        conversation.startedAt + conversation.elapsed,
      );
      conversation.caused.push(exchange);
      conversation.elapsed += exchange.elapsedMs;
      return exchange;
    },
  });
}
