/** What a cluster is made of, as a plain value: everything that an operator chooses before the first manifest. */
export interface ClusterOptions {
  /** Draws of chance (`-m statistic`, names, ClusterIPs) follow from it. Default 1. */
  readonly seed?: number;
  /** Default: control-plane 10.0.0.10, node-1 10.0.0.11, node-2 10.0.0.12. */
  readonly nodes?: readonly NodeOptions[];
  /** The network that the nodes' eth0 are on. Default 10.0.0.0/24, gateway .1. */
  readonly nodeCIDR?: string;
  /** Cut into a /24 per node, in the order of `nodes`. Default 100.96.0.0/11. */
  readonly podCIDR?: string;
  /** Default 100.64.0.0/13. */
  readonly serviceCIDR?: string;
  /** Default: the tenth address of `serviceCIDR`. */
  readonly clusterDNS?: string;
  /** Default cluster.local. */
  readonly clusterDomain?: string;
  readonly cni?: {
    /** `bridge`: pods on cni0. `ptp`: a routed veth for each pod, as kindnet does. Default bridge. */
    readonly plugin?: 'bridge' | 'ptp';
    /** Bridge only. Default true: a pod can reach itself through its Service. */
    readonly hairpinMode?: boolean;
    /** How pods on other nodes are reached. Default host-gw. */
    readonly backend?: 'host-gw' | 'vxlan';
    /** Pods get the node's address on their way out of the cluster. Default true. */
    readonly ipMasq?: boolean;
  };
  /** The sysctl net.bridge.bridge-nf-call-iptables on every node. Default true. */
  readonly bridgeNfCallIptables?: boolean;
  readonly proxy?: {
    /** Default iptables. */
    readonly mode?: 'iptables' | 'nftables';
    readonly masqueradeAll?: boolean;
    /** How kube-proxy tells pod traffic. Default ClusterCIDR. */
    readonly detectLocalMode?: 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix';
    readonly localhostNodePorts?: boolean;
    readonly nodePortAddresses?: readonly string[];
  };
  /** The cloud's load-balancer controller; absent: no provider, LoadBalancers stay pending. */
  readonly loadBalancerProvider?: {
    /** Where the balancers' addresses come from: `203.0.113.64/26`. */
    readonly pool: string;
    /** How long the cloud takes. Default 3 s. */
    readonly delayMs?: number;
    /** VIP (default): packets come to the nodes as they are. Proxy: the balancer speaks to the nodes in its own name. */
    readonly ipMode?: 'VIP' | 'Proxy';
  };
}

export interface NodeOptions {
  readonly name: string;
  /** Default: from .10 of `nodeCIDR`, in order. */
  readonly address?: string;
  readonly role?: 'control-plane' | 'worker';
  readonly labels?: Readonly<Record<string, string>>;
  readonly capacity?: Readonly<Record<string, string>>;
}
