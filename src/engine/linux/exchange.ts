import type { Payload } from './packet.ts';
import type { Trace } from './trace.ts';

/** The errors that a client's system call returns, by their C names. */
export type Errno =
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'ETIMEDOUT'
  | 'EHOSTUNREACH'
  | 'ENETUNREACH'
  | 'EPERM'
  | 'EMSGSIZE'
  | 'ENOPROTOOPT'
  | 'EADDRNOTAVAIL';

export interface SocketAddress {
  readonly address: string;
  /** 0 for ICMP. */
  readonly port: number;
}

/** One packet of an exchange: `SYN`, `SYN,ACK`, `GET /`, `200 OK`, `A? hello.`, `echo request` … */
export interface ExchangePacket {
  readonly label: string;
  readonly direction: 'out' | 'back';
  /** Virtual milliseconds since the exchange began. */
  readonly at: number;
  readonly trace: Trace;
}

/** How it ended for the client, as its system calls tell it. */
export type Outcome =
  | {
      readonly kind: 'replied';
      readonly payload?: Payload;
      readonly server: {
        readonly netns: string;
        readonly socket: SocketAddress;
      } /** The client's address as the server saw it. */;
      readonly seenAs: SocketAddress;
    }
  | {
      readonly kind: 'failed';
      readonly errno: Errno /** Who said no: the sender of the RST or ICMP error. Absent when nobody did. */;
      readonly from?: string;
    }
  /** No answer and no error within the time the client was willing to wait. */
  | { readonly kind: 'timeout' };

/** A request, its reply, and all that the receiver had to ask others in between. Plain data, but for traces' effects. */
export interface Exchange {
  readonly id: number;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  /** One short line: `GET / HTTP/1.1`, `A? hello-service.hello-namespace.svc.cluster.local.` */
  readonly summary: string;
  readonly client: SocketAddress & { readonly netns: string; readonly process: string };
  /** What the client asked for, before any translation. */
  readonly destination: SocketAddress;
  readonly packets: readonly ExchangePacket[];
  readonly outcome: Outcome;
  /** What the server asked others before it answered (a proxy's request to its upstream, CoreDNS's to the forwarder). */
  readonly caused: readonly Exchange[];
  /** Virtual milliseconds. */
  readonly startedAt: number;
  readonly elapsedMs: number;
}
