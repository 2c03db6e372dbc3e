import {
  type DnsMessage,
  type DnsRecord,
  dnsMessageOf,
  dnsMessageSize,
  dnsPayload,
  dnsQuestion,
  type Process,
} from '../libc/index.ts';
import type { IncomingRequest, IncomingResponse } from '../linux/index.ts';
import { matchingZone, type ServerBlock } from './corefile.ts';
import { type PluginHandler, type Query, type Reply, replyTo } from './plugin.ts';

/** One server block at work: its zones and the handlers of its plugins, in order. */
export interface RunningBlock {
  readonly block: ServerBlock;
  readonly handlers: readonly PluginHandler[];
}

/** What a client without EDNS takes over UDP (RFC 1035 §4.2.1). */
const PLAIN_UDP_SIZE = 512;

/** Opens a port's UDP and TCP sockets; a query goes to the block with the longest zone that it is in. Answers the errno when taken. */
export function listen(
  process: Process,
  port: number,
  blocks: () => readonly RunningBlock[],
): 'EADDRINUSE' | 'EADDRNOTAVAIL' | undefined {
  for (const protocol of ['udp', 'tcp'] as const) {
    const socket = process.listen({
      protocol,
      address: '0.0.0.0',
      port,
      packetInfo: true,
      handler: (request) =>
        serve(
          request,
          protocol,
          blocks().filter(({ block }) => block.port === port),
        ),
    });
    if (!socket.ok) return socket.errno;
  }
  return undefined;
}

function serve(
  request: IncomingRequest,
  transport: 'udp' | 'tcp',
  blocks: readonly RunningBlock[],
): IncomingResponse | undefined {
  const message = dnsMessageOf(request.payload);
  if (!message || message.response) return transport === 'tcp' ? {} : undefined;
  const clock = { waitedMs: 0 };
  const query = makeQuery(message, request, transport, blocks, clock);
  const reply = answer(query, blocks);
  return {
    payload: dnsPayload(fitted(completed(query, reply), transport, message)),
    ...(clock.waitedMs > 0 && { delayMs: clock.waitedMs }),
  };
}

function makeQuery(
  message: DnsMessage,
  request: IncomingRequest,
  transport: 'udp' | 'tcp',
  blocks: readonly RunningBlock[],
  clock: { waitedMs: number },
): Query {
  const { name, type } = message.question;
  return {
    message,
    name,
    type,
    transport,
    client: request.peer,
    waitedMs: () => clock.waitedMs,
    ask(server, question, over, timeoutMs) {
      const exchange = request.request({
        protocol: over,
        destination: server,
        payload: dnsPayload(question),
        connectTimeoutMs: timeoutMs,
        timeoutMs,
      });
      const answered =
        exchange.outcome.kind === 'replied' ? dnsMessageOf(exchange.outcome.payload) : undefined;
      return { exchange, ...(answered && { message: answered }) };
    },
    lookup: (other, otherType) => {
      const question = dnsQuestion(message.id, other, otherType, message.edns);
      return answer(makeQuery(question, request, transport, blocks, clock), blocks);
    },
  };
}

/** Runs the chain of the block that the name belongs to. No block: REFUSED. The end of a chain: SERVFAIL. */
export function answer(query: Query, blocks: readonly RunningBlock[]): Reply {
  const zones = blocks.flatMap(({ block }) => block.zones);
  const zone = matchingZone(query.name, zones);
  const block = zone === undefined ? undefined : blocks.find((each) => each.block.zones.includes(zone));
  if (!block) return { rcode: 'REFUSED' };
  return runChain(query, block.handlers);
}

/** Each handler may answer or hand the query on; at the end nobody knows: REFUSED, with the error that errors logs. */
export function runChain(query: Query, handlers: readonly PluginHandler[]): Reply {
  const run = (index: number, each: Query): Reply => {
    const handler = handlers[index];
    return handler ? handler(each, (changed) => run(index + 1, changed)) : { rcode: 'REFUSED' };
  };
  return run(0, query);
}

/** A bare code becomes an empty answer. */
export function completed(query: Query, reply: Reply): DnsMessage {
  return reply.message ?? replyTo(query, { rcode: reply.rcode, authoritative: false }).message;
}

/** Cuts an answer that is too big for the client's UDP: records from the end go first, and TC says so (request.Scrub). */
function fitted(message: DnsMessage, transport: 'udp' | 'tcp', asked: DnsMessage): DnsMessage {
  const limit = transport === 'tcp' ? 65_535 : Math.max(PLAIN_UDP_SIZE, asked.edns?.udpSize ?? 0);
  if (dnsMessageSize(message) <= limit) return message;
  const bare: DnsMessage = { ...message, additional: [] };
  if (dnsMessageSize(bare) <= limit) return bare;
  let kept: readonly DnsRecord[] = message.answer;
  while (kept.length > 0 && dnsMessageSize({ ...bare, authority: [], answer: kept }) > limit)
    kept = kept.slice(0, -1);
  return { ...bare, authority: [], answer: kept, truncated: true };
}
