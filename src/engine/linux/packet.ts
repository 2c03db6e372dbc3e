/** Packets as the wire carries them, and what one network namespace notes on them while they are inside. Plain data. */

export interface EthernetHeader {
  readonly source: string;
  readonly destination: string;
}

export interface Ipv4Header {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly dontFragment?: boolean;
}

export type TcpFlag = 'SYN' | 'ACK' | 'PSH' | 'FIN' | 'RST';

export interface TcpHeader {
  readonly protocol: 'tcp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flags: readonly TcpFlag[];
  /** The most payload bytes that the sender puts in one segment (MSS). A longer payload travels as several segments, drawn as one packet. */
  readonly maximumSegment?: number;
}

export interface UdpHeader {
  readonly protocol: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface IcmpHeader {
  readonly protocol: 'icmp';
  /** 0 echo reply, 3 destination unreachable, 8 echo request, 11 time exceeded. */
  readonly type: number;
  readonly code: number;
  /** Echo only. */
  readonly identifier?: number;
  readonly sequence?: number;
  /** Type 3 code 4 only: the MTU of the next hop. */
  readonly mtu?: number;
  /** Errors only: the packet that the error is about, as the sender of the error saw it. */
  readonly about?: Packet;
}

export type TransportHeader = TcpHeader | UdpHeader | IcmpHeader;

/** What an application put in the packet. The kernel looks at its size alone. */
export interface Payload {
  readonly bytes: number;
  /** One short line for people: `GET /`, `A? hello.default.svc.cluster.local.` */
  readonly summary: string;
  /** The application's own value; plain data. */
  readonly data: unknown;
}

export interface Packet {
  readonly ethernet?: EthernetHeader;
  readonly ip: Ipv4Header;
  readonly transport: TransportHeader;
  readonly payload?: Payload;
  /** VXLAN: the packet inside this one (then `transport` is UDP to 8472). */
  readonly inner?: { readonly vni: number; readonly packet: Packet };
}
