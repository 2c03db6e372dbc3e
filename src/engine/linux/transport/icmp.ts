import type { Exchange, Outcome } from '../exchange.ts';
import type { RequestOptions } from '../network.ts';
import { readAnswer, sendAnswer } from './answer.ts';
import type { ClientSocket } from './client.ts';
import { type Conversation, reached } from './conversation.ts';
import { withDontFragment } from './dont-fragment.ts';
import { sendError } from './send-error.ts';

/** How long `ping` waits for the last answer. */
const DEFAULT_TIMEOUT_MS = 10_000;
const PING_BYTES = 56;

/** One echo request. The kernel that owns the address answers it, not a process. */
export function requestByIcmp(
  conversation: Conversation,
  client: ClientSocket,
  options: RequestOptions,
): Exchange {
  return conversation.finish(exchange(conversation, client, options), client.address);
}

function exchange(conversation: Conversation, client: ClientSocket, options: RequestOptions): Outcome {
  const deadline = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const { source, destination, sourcePort: identifier } = client.tuple;
  const payload = options.payload ?? { bytes: PING_BYTES, summary: 'echo request', data: undefined };
  const sequence = options.destination.port || 1;
  const echo = withDontFragment(
    conversation.client,
    {
      ip: { source, destination, ttl: options.ttl ?? 64 },
      transport: { protocol: 'icmp', type: 8, code: 0, identifier, sequence },
      payload,
    },
    options.dontFragment,
  );
  const sent = conversation.send(conversation.client, echo, 'echo request', 'out', {
    process: options.process,
  });
  const errno = sendError(sent.trace);
  if (errno) return { kind: 'failed', errno };
  if (sent.trace.disposition.kind !== 'ACCEPTED' || !sent.ending) {
    const answer = sendAnswer(conversation, sent.ending);
    const refusal =
      answer && reached(answer, client.reference) && answer.ending
        ? readAnswer(answer.ending.packet)
        : undefined;
    if (refusal && conversation.elapsed < deadline)
      return { kind: 'failed', errno: refusal.errno, from: refusal.from };
    conversation.elapsed = deadline;
    return { kind: 'timeout' };
  }
  const { netns: server, packet: arrived } = sent.ending;
  const seen = arrived.transport.protocol === 'icmp' ? arrived.transport.identifier : undefined;
  const reply = conversation.send(
    server,
    {
      ip: { source: arrived.ip.destination, destination: arrived.ip.source, ttl: 64 },
      transport: {
        protocol: 'icmp',
        type: 0,
        code: 0,
        ...(seen !== undefined && { identifier: seen }),
        sequence,
      },
      payload,
    },
    'echo reply',
    'back',
    { process: 'kernel' },
  );
  if (!reached(reply, client.reference)) {
    conversation.elapsed = deadline;
    return { kind: 'timeout' };
  }
  return {
    kind: 'replied',
    payload,
    server: { netns: server.name, socket: { address: arrived.ip.destination, port: 0 } },
    seenAs: { address: arrived.ip.source, port: 0 },
  };
}
