import {
  addressAt,
  formatIP,
  formatPrefix,
  maskPrefix,
  type Prefix,
  parseCIDR,
  parseIP,
  prefixContains,
  prefixSize,
} from './apimachinery/index.ts';
import type { ResolvedOptions } from './resolve-options.ts';

/** The networks of a cluster that packets must tell apart by their addresses, and their masks' bounds. */
const NETWORKS = [
  { option: 'nodeCIDR', longest: 29, shortest: 8 },
  // A /24 of it for each node.
  { option: 'podCIDR', longest: 24, shortest: 8 },
  // kube-apiserver refuses larger ones; the tenth address is the DNS server's.
  { option: 'serviceCIDR', longest: 28, shortest: 12 },
] as const;

/** What surrounds every cluster (RFC 5737). */
const INTERNET = '198.51.100.0/24';
const SURROUNDINGS = ['gateway', 'client', 'resolver'];

/** Sees to it that the cluster's addresses can be told apart. Throws a RangeError that names the option. */
export function checkNetworks(options: ResolvedOptions): void {
  const known: { readonly name: string; readonly prefix: Prefix }[] = [
    { name: 'the internet', prefix: parseCIDR(INTERNET)! },
  ];
  const add = (name: string, text: string, shortest: number, longest: number) => {
    const prefix = networkOf(name, text);
    if (prefix.length < shortest || prefix.length > longest)
      throw new RangeError(`${name}: ${text}: a mask between /${shortest} and /${longest} is wanted`);
    const other = known.find((each) => overlap(each.prefix, prefix));
    if (other)
      throw new RangeError(`${name}: ${text} overlaps ${other.name}, which is ${formatPrefix(other.prefix)}`);
    known.push({ name, prefix });
  };
  for (const { option, shortest, longest } of NETWORKS) add(option, options[option], shortest, longest);
  if (options.loadBalancerProvider)
    add('loadBalancerProvider.pool', options.loadBalancerProvider.pool, 8, 32);

  const service = parseCIDR(options.serviceCIDR)!;
  const dns = parseIP(options.clusterDNS);
  if (!dns || !prefixContains(service, dns))
    throw new RangeError(`clusterDNS: ${options.clusterDNS} is no address of ${options.serviceCIDR}`);
  if (formatIP(dns) === formatIP(addressAt(service, 1)))
    throw new RangeError(`clusterDNS: ${options.clusterDNS} is the API server's own address`);
  for (const [index, text] of (options.proxy.nodePortAddresses ?? []).entries())
    if (text !== 'primary') networkOf(`proxy.nodePortAddresses[${index}]`, text);
  checkNodes(options);
}

function checkNodes({ nodes, nodeCIDR, gateway }: ResolvedOptions): void {
  const network = parseCIDR(nodeCIDR)!;
  const unusable = [formatIP(addressAt(network, 0)), formatIP(addressAt(network, prefixSize(network) - 1))];
  const taken = new Map([[gateway, 'the gateway']]);
  for (const [index, { name, address }] of nodes.entries()) {
    const place = `nodes[${index}]`;
    if (SURROUNDINGS.includes(name))
      throw new RangeError(`${place}.name: ${name} is the name of a machine outside the cluster`);
    const parsed = parseIP(address);
    if (!parsed || !prefixContains(network, parsed) || unusable.includes(address))
      throw new RangeError(`${place}.address: ${address} is no address of ${nodeCIDR}`);
    const owner = taken.get(address);
    if (owner) throw new RangeError(`${place}.address: ${address} is the address of ${owner}`);
    taken.set(address, name);
  }
}

function networkOf(name: string, text: string): Prefix {
  const prefix = parseCIDR(text);
  if (!prefix) throw new RangeError(`${name}: not a CIDR: ${text}`);
  if (prefix.address.family !== 'IPv4') throw new RangeError(`${name}: ${text}: an IPv4 network is wanted`);
  const network = formatPrefix(maskPrefix(prefix));
  if (network !== text) throw new RangeError(`${name}: ${text} is inside a network: ${network} is wanted`);
  return prefix;
}

function overlap(one: Prefix, other: Prefix): boolean {
  return prefixContains(one, other.address) || prefixContains(other, one.address);
}
