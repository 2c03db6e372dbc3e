import { addressAt, formatIP, parseCIDR } from './apimachinery/index.ts';
import { checkNetworks } from './check-networks.ts';
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

/** What may be chosen, and the words for it where there is a list of them. */
const KNOWN = {
  seed: 'number',
  nodes: 'list',
  nodeCIDR: 'text',
  podCIDR: 'text',
  serviceCIDR: 'text',
  clusterDNS: 'text',
  clusterDomain: 'text',
  bridgeNfCallIptables: 'switch',
  cni: { plugin: ['bridge', 'ptp'], hairpinMode: 'switch', backend: ['host-gw', 'vxlan'], ipMasq: 'switch' },
  proxy: {
    mode: ['iptables', 'nftables'],
    masqueradeAll: 'switch',
    detectLocalMode: ['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix'],
    localhostNodePorts: 'switch',
    nodePortAddresses: 'list',
  },
  loadBalancerProvider: { pool: 'text', delayMs: 'number', ipMode: ['VIP', 'Proxy'] },
} as const;

const KNOWN_OF_NODE = {
  name: 'text',
  address: 'text',
  role: ['control-plane', 'worker'],
  labels: 'map',
  capacity: 'map',
} as const;

type Known = { readonly [key: string]: string | readonly string[] | Known };

/** Options may come from a file: says what is wrong in them, and where. */
function check(value: unknown, known: Known, path = ''): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError(`${path || 'the options'}: a map is wanted`);
  for (const [key, given] of Object.entries(value)) {
    const place = path === '' ? key : `${path}.${key}`;
    const wanted = Object.hasOwn(known, key) ? known[key]! : undefined;
    if (wanted === undefined)
      throw new RangeError(`${place}: there is no such option; there are ${Object.keys(known).join(', ')}`);
    if (given === undefined) continue;
    if (Array.isArray(wanted)) {
      if (!wanted.includes(given))
        throw new RangeError(`${place}: ${JSON.stringify(given)} is none of ${wanted.join(', ')}`);
    } else if (typeof wanted === 'object') check(given, wanted as Known, place);
    else if (!isOfKind(given, wanted as string))
      throw new RangeError(`${place}: a ${wanted} is wanted, not ${JSON.stringify(given)}`);
  }
}

function isOfKind(value: unknown, kind: string): boolean {
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'map') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === { number: 'number', text: 'string', switch: 'boolean' }[kind];
}

/** Fills in what was left open. Throws a RangeError that names the option when it cannot be. */
export function resolveOptions(options: ClusterOptions = {}): ResolvedOptions {
  check(options, KNOWN);
  const names = new Set<string>();
  for (const [index, node] of (options.nodes ?? []).entries()) {
    check(node, KNOWN_OF_NODE, `nodes[${index}]`);
    if (!node.name || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(node.name))
      throw new RangeError(`nodes[${index}].name: a DNS name in lower case is wanted`);
    if (names.has(node.name)) throw new RangeError(`nodes[${index}].name: there are two nodes ${node.name}`);
    names.add(node.name);
  }
  const nodeCIDR = options.nodeCIDR ?? '10.0.0.0/24';
  const serviceCIDR = options.serviceCIDR ?? '100.64.0.0/13';
  const podCIDR = options.podCIDR ?? '100.96.0.0/11';
  const clusterDomain = options.clusterDomain ?? 'cluster.local';
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(clusterDomain))
    throw new RangeError(
      `clusterDomain: ${JSON.stringify(clusterDomain)}: a DNS name in lower case is wanted`,
    );
  if (options.seed !== undefined && !Number.isInteger(options.seed))
    throw new RangeError(`seed: ${options.seed}: a whole number is wanted`);
  const nodes = options.nodes ?? DECK_NODES;
  const resolved: ResolvedOptions = {
    seed: options.seed ?? 1,
    nodeCIDR,
    podCIDR,
    serviceCIDR,
    gateway: addressIn('nodeCIDR', nodeCIDR, 1),
    clusterDNS: options.clusterDNS ?? addressIn('serviceCIDR', serviceCIDR, 10),
    clusterDomain,
    bridgeNfCallIptables: options.bridgeNfCallIptables ?? true,
    cni: { plugin: 'bridge', hairpinMode: true, backend: 'host-gw', ipMasq: true, ...options.cni },
    proxy: options.proxy ?? {},
    ...(options.loadBalancerProvider ? { loadBalancerProvider: options.loadBalancerProvider } : {}),
    nodes: nodes.map((node, index) => ({
      ...node,
      address: node.address ?? addressIn('nodeCIDR', nodeCIDR, FIRST_NODE + index),
      role: node.role ?? 'worker',
    })),
  };
  checkNetworks(resolved);
  return resolved;
}

function addressIn(option: string, cidr: string, offset: number): string {
  const range = parseCIDR(cidr);
  if (!range) throw new RangeError(`${option}: not a CIDR: ${cidr}`);
  return formatIP(addressAt(range, offset));
}
