import { sourceFor } from '../address-selection.ts';
import type { Exchange, Outcome } from '../exchange.ts';
import { parseIpv4 } from '../ipv4.ts';
import type { NetnsState } from '../netns-state.ts';
import type { RequestOptions } from '../network.ts';
import type { Tuple } from '../trace.ts';
import { tupleOf } from '../tuple.ts';
import { readAnswer, sendAnswer } from './answer.ts';
import type { ClientSocket } from './client.ts';
import { type Conversation, reached } from './conversation.ts';
import { withDontFragment } from './dont-fragment.ts';
import { sendError } from './send-error.ts';
import { type AskOthers, serve } from './serve.ts';

/** What a resolver waits for an answer. */
const DEFAULT_TIMEOUT_MS = 5_000;

/** One datagram, and the answer to it, if one comes in time. The socket is connected: it hears of port unreachable. */
export function requestByUdp(
  conversation: Conversation,
  client: ClientSocket,
  options: RequestOptions,
  ask: AskOthers,
): Exchange {
  return conversation.finish(exchange(conversation, client, options, ask), client.address);
}

function exchange(
  conversation: Conversation,
  client: ClientSocket,
  options: RequestOptions,
  ask: AskOthers,
): Outcome {
  const deadline = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const { payload } = options;
  const { source, destination, sourcePort, destinationPort } = client.tuple;
  const datagram = withDontFragment(
    conversation.client,
    {
      ip: { source, destination, ttl: options.ttl ?? 64 },
      transport: { protocol: 'udp', sourcePort, destinationPort },
      ...(payload && { payload }),
    },
    options.dontFragment,
  );
  const sent = conversation.send(conversation.client, datagram, payload?.summary ?? 'datagram', 'out', {
    process: options.process,
  });
  const { disposition } = sent.trace;
  const errno = sendError(sent.trace);
  if (errno) return { kind: 'failed', errno };
  if (disposition.kind !== 'ACCEPTED' || !sent.ending) {
    const answer = sendAnswer(conversation, sent.ending);
    const refusal =
      answer && reached(answer, client.reference) && answer.ending
        ? readAnswer(answer.ending.packet)
        : undefined;
    if (refusal && (refusal.hard || refusal.errno === 'EMSGSIZE') && conversation.elapsed < deadline) {
      return { kind: 'failed', errno: refusal.errno, from: refusal.from };
    }
    return timeout();
  }
  const { netns: server, packet: arrived } = sent.ending;
  const response = serve(conversation, server, 'udp', arrived, payload, ask);
  conversation.elapsed += response?.delayMs ?? 0;
  if (!response || conversation.elapsed >= deadline) return timeout();
  const seen = tupleOf(arrived)!;
  const reply = conversation.send(
    server,
    withDontFragment(
      server,
      {
        ip: { source: answerSource(server, seen), destination: seen.source, ttl: 64 },
        transport: { protocol: 'udp', sourcePort: seen.destinationPort, destinationPort: seen.sourcePort },
        ...(response.payload && { payload: response.payload }),
      },
      false,
    ),
    response.payload?.summary ?? 'datagram',
    'back',
    { process: disposition.socket.process },
  );
  if (!reached(reply, client.reference)) {
    sendAnswer(conversation, reply.ending, 'out');
    return timeout();
  }
  return {
    kind: 'replied',
    ...(response.payload && { payload: response.payload }),
    server: { netns: server.name, socket: { address: seen.destination, port: seen.destinationPort } },
    seenAs: { address: seen.source, port: seen.sourcePort },
  };

  function timeout(): Outcome {
    conversation.elapsed = Math.max(deadline, 0);
    return { kind: 'timeout' };
  }
}

/** The address that the server's answer bears: the one asked, or, of a socket on all addresses, the one of its route. */
function answerSource(server: NetnsState, { source, destination, destinationPort }: Tuple): string {
  const listener = server.sockets.findListener('udp', destination, destinationPort);
  if (!listener || listener.packetInfo || listener.reference.address !== '0.0.0.0') return destination;
  const route = server.fib.find(parseIpv4(source)!);
  return (route && sourceFor(server, route, source)) ?? destination;
}
