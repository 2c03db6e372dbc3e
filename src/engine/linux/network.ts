import type { Exchange, SocketAddress } from './exchange.ts';
import type { Packet, Payload } from './packet.ts';
import type { Trace } from './trace.ts';

/** Virtual time and chance, as the kernel needs them; whoever makes the network hands them in. */
export interface NetworkOptions {
  /** Milliseconds of virtual time. */
  readonly now: () => number;
  /** In [0, 1): for `-m statistic` and ephemeral ports. */
  readonly random: () => number;
}

/** A request that reached a listening socket. */
export interface IncomingRequest {
  readonly payload: Payload | undefined;
  /** The client as this socket sees it: after every translation. */
  readonly peer: SocketAddress;
  readonly local: SocketAddress;
  /** Asks another socket on this process's behalf; the exchange is kept under `caused`. */
  request(options: Omit<RequestOptions, 'netns' | 'process'>): Exchange;
}

export interface IncomingResponse {
  readonly payload?: Payload;
  /** Virtual milliseconds that the server thinks before it answers. */
  readonly delayMs?: number;
}

/** Answers one request; undefined: this server never answers. */
export type RequestHandler = (request: IncomingRequest) => IncomingResponse | undefined;

export interface RequestOptions {
  readonly netns: string;
  /** The name of the process that asks, for traces: `curl`. */
  readonly process: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly destination: SocketAddress;
  /** A source address of the client's choice; else the route's. */
  readonly source?: string;
  readonly sourcePort?: number;
  /** What to send. TCP without one only connects and closes. */
  readonly payload?: Payload;
  /**
   * TCP: what to send next over the same connection, now that this answer has come (undefined: the server closed
   * without one). Answers undefined when there is nothing more: the last answer is the exchange's.
   */
  readonly next?: (reply: Payload | undefined) => Payload | undefined;
  /** How long the client waits for the connection, in virtual ms. TCP without it waits as Linux does: about 127 s. */
  readonly connectTimeoutMs?: number;
  /** How long it waits for everything. */
  readonly timeoutMs?: number;
  readonly ttl?: number;
  /** UDP and ICMP: never in fragments (`ping -M do`). Else what is too large for its own device leaves in fragments. */
  readonly dontFragment?: boolean;
}

/** One listening socket. */
export interface ListenOptions {
  readonly protocol: 'tcp' | 'udp';
  /** 0.0.0.0 for all. */
  readonly address: string;
  readonly port: number;
  readonly process: string;
  /**
   * UDP on 0.0.0.0: answers bear the address that was asked (IP_PKTINFO), as those of name servers do. Without it they
   * bear that of the route to the client, which on a machine with several addresses may be another.
   */
  readonly packetInfo?: boolean;
  readonly handler: RequestHandler;
}

/**
 * The packet-level face of the simulated machines: what a program (through its sockets) and an observer may do.
 * Configuration (links, addresses, routes, rules) is done on the namespaces themselves: see `Netns`.
 */
export interface PacketNetwork {
  /** Follows one packet from `netns` without changing anything. */
  trace(netns: string, packet: Packet): Trace;
  /** Writes what the trace's packet would have changed. */
  commit(trace: Trace): void;
  /** A whole request as a program makes it: handshake, request, reply, ICMP errors, retransmissions, time-outs. Commits. */
  request(options: RequestOptions): Exchange;
  /** Answers how to close it, or EADDRINUSE. */
  listen(
    netns: string,
    options: ListenOptions,
  ):
    | { readonly ok: true; readonly close: () => void }
    | { readonly ok: false; readonly errno: 'EADDRINUSE' | 'EADDRNOTAVAIL' };
}
