import type { IpFamily } from './ip-family.ts';

/** How kube-proxy tells a packet that a local pod sent (pkg/proxy/util/localdetector.go). */
export type LocalDetector =
  | { readonly mode: 'CIDR'; readonly cidr: string }
  | { readonly mode: 'BridgeInterface'; readonly bridge: string }
  | { readonly mode: 'InterfaceNamePrefix'; readonly prefix: string };

/** One node's kube-proxy as its operator set it (KubeProxyConfiguration, the fields of iptables mode). */
export interface ProxyConfig {
  readonly nodeName: string;
  readonly nodeIP: string;
  /** All of the node's own addresses, loopback too: what `nodePortAddresses` picks from. Default: 127.0.0.1 and the node's. */
  readonly nodeLocalIPs?: readonly string[];
  /** Absent: kube-proxy cannot tell pod traffic, and masquerades none of it. */
  readonly localDetector?: LocalDetector;
  /** Default false. */
  readonly masqueradeAll?: boolean;
  /** Default 14: the mark 0x4000. */
  readonly masqueradeBit?: number;
  /** `--iptables-localhost-nodeports`. Default true. */
  readonly localhostNodePorts?: boolean;
  /** Prefixes of the addresses that node ports answer on. Default: all of the node's. */
  readonly nodePortAddresses?: readonly string[];
  /** nf_conntrack_tcp_be_liberal. Default false. */
  readonly conntrackTCPLiberal?: boolean;
  /** Default IPv4. */
  readonly ipFamily?: IpFamily;
}
