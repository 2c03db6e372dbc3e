export type { Errno, Exchange, ExchangePacket, Outcome, SocketAddress } from './exchange.ts';
export type { IncomingRequest, IncomingResponse, ListenOptions, NetworkOptions, PacketNetwork, RequestHandler, RequestOptions } from './network.ts';
export type { EthernetHeader, IcmpHeader, Ipv4Header, Packet, Payload, TcpFlag, TcpHeader, TransportHeader, UdpHeader } from './packet.ts';
export type { ConntrackEntryView, ConntrackState, DeviceReference, Disposition, Hook, Hop, RouteView, RuleReference, RuleVisit, SocketReference, Step, StepKind, TableName, Trace, Tuple } from './trace.ts';
