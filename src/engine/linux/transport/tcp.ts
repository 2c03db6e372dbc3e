import type { Exchange, Outcome } from '../exchange.ts';
import type { NetnsState } from '../netns-state.ts';
import type { RequestOptions } from '../network.ts';
import type { Packet, Payload, TcpFlag } from '../packet.ts';
import type { SocketReference } from '../trace.ts';
import { tupleOf } from '../tuple.ts';
import { readAnswer, sendAnswer } from './answer.ts';
import type { ClientSocket } from './client.ts';
import { type Conversation, reached } from './conversation.ts';
import { type AskOthers, serve } from './serve.ts';

/**
 * When a client sends its SYN again, in ms: four times a second apart, then twice as long each time, as Linux does
 * since 6.5 (tcp_syn_linear_timeouts 4, tcp_syn_retries 6).
 */
const SYN_AT_MS = [0, 1_000, 2_000, 3_000, 4_000, 5_000, 7_000, 11_000, 19_000, 35_000, 67_000];
const SYN_GIVES_UP_MS = 131_000;
/** The first and the longest wait for an acknowledgement (TCP_RTO_MIN, TCP_RTO_MAX), and when it is given up. */
const DATA_RETRY_MS = 200;
const DATA_RETRY_MAX_MS = 120_000;
const DATA_GIVES_UP_MS = 924_600;

/** Both ends of an open connection. */
interface Connection {
  readonly server: NetnsState;
  readonly serverSocket: SocketReference;
  /** The SYN as it arrived. */
  readonly arrived: Packet;
  readonly maximumSegment: number;
  close(): void;
}

/**
 * One request over a connection of its own:
 *
 *     client                     server
 *       │ ── SYN ──────────────► │
 *       │ ◄────────── SYN,ACK ── │      (a RST or an ICMP error instead: refused)
 *       │ ── ACK ──────────────► │
 *       │ ── GET / ────────────► │      acknowledgements of data are sent too, but not drawn
 *       │ ◄─────────── 200 OK ── │      (these two again for as long as the client has something to say)
 *       │ ── FIN,ACK ──────────► │
 *       │ ◄────────── FIN,ACK ── │
 *       │ ── ACK ──────────────► │
 */
export function requestByTcp(
  conversation: Conversation,
  client: ClientSocket,
  options: RequestOptions,
  ask: AskOthers,
): Exchange {
  const deadline = options.timeoutMs ?? Number.POSITIVE_INFINITY;
  const connectDeadline = Math.min(deadline, options.connectTimeoutMs ?? Number.POSITIVE_INFINITY);
  const connected = connect(conversation, client, options, connectDeadline);
  if ('kind' in connected) return conversation.finish(connected, client.address);
  try {
    const outcome = talk(conversation, client, connected, options, Math.min(deadline, DATA_GIVES_UP_MS), ask);
    return conversation.finish(outcome, client.address);
  } finally {
    connected.close();
  }
}

function segment(
  client: ClientSocket,
  flags: readonly TcpFlag[],
  ttl: number,
  payload?: Payload,
  maximumSegment?: number,
): Packet {
  const { source, destination, sourcePort, destinationPort } = client.tuple;
  return {
    ip: { source, destination, ttl, dontFragment: true },
    transport: {
      protocol: 'tcp',
      sourcePort,
      destinationPort,
      flags,
      ...(maximumSegment && { maximumSegment }),
    },
    ...(payload && { payload }),
  };
}

/** What the server sends back, by what it saw of the client. */
function back(
  arrived: Packet,
  flags: readonly TcpFlag[],
  payload?: Payload,
  maximumSegment?: number,
): Packet {
  const { ip, transport } = arrived;
  if (transport.protocol !== 'tcp') throw new Error('a TCP connection is opened by TCP');
  return {
    ip: { source: ip.destination, destination: ip.source, ttl: 64, dontFragment: true },
    transport: {
      protocol: 'tcp',
      sourcePort: transport.destinationPort,
      destinationPort: transport.sourcePort,
      flags,
      ...(maximumSegment && { maximumSegment }),
    },
    ...(payload && { payload }),
  };
}

function connect(
  conversation: Conversation,
  client: ClientSocket,
  options: RequestOptions,
  deadline: number,
): Connection | Outcome {
  const ttl = options.ttl ?? 64;
  for (const at of SYN_AT_MS) {
    if (at >= deadline) break;
    // ARP may have held the SYN before for longer than this one would have waited.
    if (at < conversation.elapsed && at > 0) continue;
    conversation.elapsed = Math.max(conversation.elapsed, at);
    const syn = conversation.send(conversation.client, segment(client, ['SYN'], ttl), 'SYN', 'out', {
      process: options.process,
    });
    const { disposition } = syn.trace;
    if (disposition.kind === 'ACCEPTED' && syn.ending) {
      const opened = accept(
        conversation,
        client,
        syn.ending.netns,
        syn.ending.packet,
        disposition.socket.process,
        ttl,
      );
      if (opened) return opened;
      continue;
    }
    const answer = sendAnswer(conversation, syn.ending);
    if (conversation.elapsed >= deadline) break;
    const refusal =
      answer && reached(answer, client.reference) && answer.ending
        ? readAnswer(answer.ending.packet)
        : undefined;
    if (refusal && refusal.errno !== 'EMSGSIZE')
      return { kind: 'failed', errno: refusal.errno, from: refusal.from };
  }
  conversation.elapsed = Math.min(deadline, SYN_GIVES_UP_MS);
  return deadline <= SYN_GIVES_UP_MS ? { kind: 'timeout' } : { kind: 'failed', errno: 'ETIMEDOUT' };
}

/** The server's side of the handshake. undefined: the client never heard of it. */
function accept(
  conversation: Conversation,
  client: ClientSocket,
  server: NetnsState,
  arrived: Packet,
  process: string,
  ttl: number,
): Connection | undefined {
  const incoming = tupleOf(arrived)!;
  const serverSocket: SocketReference = {
    protocol: 'tcp',
    address: incoming.destination,
    port: incoming.destinationPort,
    process,
  };
  const close = server.sockets.connect(incoming, serverSocket);
  const reply = conversation.send(server, back(arrived, ['SYN', 'ACK']), 'SYN,ACK', 'back', { process });
  if (!reached(reply, client.reference)) {
    // Whoever got it instead knows of no such connection, and says so: the server forgets it.
    sendAnswer(conversation, reply.ending, 'out');
    close();
    return undefined;
  }
  conversation.send(conversation.client, segment(client, ['ACK'], ttl), 'ACK', 'out', {
    process: client.reference.process,
  });
  const maximumSegment = Math.min(mtuTowards(conversation.client), mtuTowards(server)) - 40;
  return { server, serverSocket, arrived, maximumSegment, close };
}

/** Both ends tell each other in the handshake how large a segment they can take: by the MTU of their own device. */
function mtuTowards(netns: NetnsState): number {
  const cards = [...netns.links.values()].filter((link) => link.kind === 'veth' || link.kind === 'ethernet');
  return Math.min(65535, ...cards.filter((link) => link.name === 'eth0').map((link) => link.mtu));
}

function talk(
  conversation: Conversation,
  client: ClientSocket,
  connection: Connection,
  options: RequestOptions,
  deadline: number,
  ask: AskOthers,
): Outcome {
  const { server, serverSocket, arrived } = connection;
  const ttl = options.ttl ?? 64;
  let reply: Payload | undefined;
  for (let payload = options.payload; payload; payload = options.next?.(reply)) {
    const said = payload;
    const request = (mss: number) => segment(client, ['PSH', 'ACK'], ttl, said, mss);
    if (
      !sendReliably(
        conversation,
        conversation.client,
        request,
        connection.maximumSegment,
        said.summary,
        'out',
        serverSocket,
        deadline,
      )
    )
      return timeout();
    acknowledge(server, back(arrived, ['ACK']), 'back');
    const response = serve(conversation, server, 'tcp', arrived, said, ask);
    conversation.elapsed += response?.delayMs ?? 0;
    if (!response || conversation.elapsed >= deadline) return timeout();
    reply = response.payload;
    if (!reply) break;
    const { summary } = reply;
    const answer = (mss: number) => back(arrived, ['PSH', 'ACK'], reply, mss);
    if (
      !sendReliably(
        conversation,
        server,
        answer,
        connection.maximumSegment,
        summary,
        'back',
        client.reference,
        deadline,
      )
    )
      return timeout();
    acknowledge(conversation.client, segment(client, ['ACK'], ttl), 'out');
  }
  // The client has what it wanted; how the connection is closed costs it no time.
  const { elapsed } = conversation;
  conversation.send(conversation.client, segment(client, ['FIN', 'ACK'], ttl), 'FIN,ACK', 'out', {
    process: options.process,
  });
  conversation.send(server, back(arrived, ['FIN', 'ACK']), 'FIN,ACK', 'back', {
    process: serverSocket.process,
  });
  conversation.send(conversation.client, segment(client, ['ACK'], ttl), 'ACK', 'out', {
    process: options.process,
  });
  conversation.elapsed = elapsed;
  const seen = tupleOf(arrived)!;
  return {
    kind: 'replied',
    ...(reply && { payload: reply }),
    server: { netns: server.name, socket: { address: seen.destination, port: seen.destinationPort } },
    seenAs: { address: seen.source, port: seen.sourcePort },
  };

  function timeout(): Outcome {
    conversation.elapsed = deadline;
    return { kind: 'timeout' };
  }

  /** It travels beside what follows: no time passes, and nobody needs to see it drawn. */
  function acknowledge(from: NetnsState, packet: Packet, direction: 'out' | 'back'): void {
    const { elapsed } = conversation;
    conversation.send(from, packet, 'ACK', direction, { drawn: false });
    conversation.elapsed = elapsed;
  }
}

/** Sends until it arrives, in smaller segments when a router says so. Answers false when time is up. */
function sendReliably(
  conversation: Conversation,
  from: NetnsState,
  packet: (maximumSegment: number) => Packet,
  maximumSegment: number,
  label: string,
  direction: 'out' | 'back',
  socket: SocketReference,
  deadline: number,
): boolean {
  let size = maximumSegment;
  let wait = DATA_RETRY_MS;
  while (conversation.elapsed < deadline) {
    const sent = conversation.send(from, packet(size), label, direction, {});
    if (reached(sent, socket)) return true;
    const before = conversation.elapsed;
    const answer = sendAnswer(conversation, sent.ending);
    const heard =
      answer?.trace.disposition.kind === 'ACCEPTED' &&
      answer.trace.disposition.netns === from.name &&
      answer.ending;
    const refusal = heard ? readAnswer(heard.packet) : undefined;
    if (refusal?.mtu && refusal.mtu - 40 < size) {
      size = refusal.mtu - 40;
      continue;
    }
    conversation.elapsed = Math.max(conversation.elapsed, before + wait);
    wait = Math.min(wait * 2, DATA_RETRY_MAX_MS);
  }
  return false;
}
