export { type ArpPacket, type CapturedPacket, type CardOf, capture } from './capture.ts';
export { checkTrace } from './check-trace.ts';
export { createNetwork, type Network, type VethEnd } from './create-network.ts';
export type { Errno, Exchange, ExchangePacket, Outcome, SocketAddress } from './exchange.ts';
export { realName, type ShellScriptOptions, toShellScript } from './export/to-shell-script.ts';
export type { IpSetResult } from './ipset.ts';
export type { LinkChange, LinkSpec } from './link-changes.ts';
export type { RestoreError, RestoreOptions, RestoreResult } from './netfilter/restore.ts';
export type { SaveOptions } from './netfilter/save.ts';
export type { NetlinkResult } from './netlink-result.ts';
export type { Netns } from './netns.ts';
export type { AddressView, FdbView, LinkView, NeighbourView, RecentView, SocketView } from './netns-views.ts';
export type {
  IncomingRequest,
  IncomingResponse,
  ListenOptions,
  NetworkOptions,
  PacketNetwork,
  RequestHandler,
  RequestOptions,
} from './network.ts';
export type { NftError, NftResult } from './nftables/load.ts';
export type {
  EthernetHeader,
  IcmpHeader,
  Ipv4Header,
  Packet,
  Payload,
  TcpFlag,
  TcpHeader,
  TransportHeader,
  UdpHeader,
} from './packet.ts';
export { packetSize } from './packet-size.ts';
export type { WeighedTrace } from './path/trace-all.ts';
export type { RouteSpec } from './route-changes.ts';
export type {
  ConntrackEntryView,
  ConntrackState,
  DeviceReference,
  Disposition,
  Hook,
  Hop,
  RouteView,
  RuleReference,
  RuleVisit,
  SocketReference,
  Step,
  StepKind,
  TableName,
  Trace,
  Tuple,
} from './trace.ts';
