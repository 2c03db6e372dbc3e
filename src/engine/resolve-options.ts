import { addressAt, formatIP, parseCIDR } from './apimachinery/index.ts';
import type { ClusterOptions, NodeOptions } from './cluster-options.ts';

/** Options with every choice made. */
export type ResolvedOptions = Required<
  Omit<ClusterOptions, 'nodes' | 'cni' | 'proxy' | 'loadBalancerProvider'>
> & {
  readonly nodes: readonly (Required<Pick<NodeOptions, 'name' | 'address' | 'role'>> & NodeOptions)[];
  /** The router of the nodes' network: its first address. */
  readonly gateway: string;
  readonly cni: Required<NonNullable<ClusterOptions['cni']>>;
  readonly proxy: NonNullable<ClusterOptions['proxy']>;
  readonly loadBalancerProvider?: ClusterOptions['loadBalancerProvider'];
};

const DECK_NODES: readonly NodeOptions[] = [
  { name: 'control-plane', role: 'control-plane' },
  { name: 'node-1' },
  { name: 'node-2' },
];

/** Node addresses begin here in the nodes' network: 10.0.0.10. */
const FIRST_NODE = 10;

/** Fills in what was left open. Throws a RangeError when a CIDR cannot be read: the caller's fault, said in its words. */
export function resolveOptions(options: ClusterOptions = {}): ResolvedOptions {
  const nodeCIDR = options.nodeCIDR ?? '10.0.0.0/24';
  const serviceCIDR = options.serviceCIDR ?? '100.64.0.0/13';
  const podCIDR = options.podCIDR ?? '100.96.0.0/11';
  const nodes = options.nodes ?? DECK_NODES;
  addressIn(podCIDR, 1);
  return {
    seed: options.seed ?? 1,
    nodeCIDR,
    podCIDR,
    serviceCIDR,
    gateway: addressIn(nodeCIDR, 1),
    clusterDNS: options.clusterDNS ?? addressIn(serviceCIDR, 10),
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    bridgeNfCallIptables: options.bridgeNfCallIptables ?? true,
    cni: { plugin: 'bridge', hairpinMode: true, backend: 'host-gw', ipMasq: true, ...options.cni },
    proxy: options.proxy ?? {},
    ...(options.loadBalancerProvider ? { loadBalancerProvider: options.loadBalancerProvider } : {}),
    nodes: nodes.map((node, index) => ({
      ...node,
      address: node.address ?? addressIn(nodeCIDR, FIRST_NODE + index),
      role: node.role ?? 'worker',
    })),
  };
}

function addressIn(cidr: string, offset: number): string {
  const range = parseCIDR(cidr);
  if (!range) throw new RangeError(`not a CIDR: ${cidr}`);
  return formatIP(addressAt(range, offset));
}
