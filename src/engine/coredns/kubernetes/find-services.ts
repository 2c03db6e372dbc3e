import { type ClusterData, type EndpointsData, isHeadless, type PortData } from './cluster-data.ts';
import { type NameRequest, parseName } from './parse-name.ts';

/** Something that a name stands for (coredns plugin/etcd/msg.Service): an address or another name, with a port. */
export interface Found {
  /** An address, or the name of an ExternalName. */
  readonly host: string;
  readonly port: number;
  /** Its own full name: the target of SRV records. */
  readonly key: string;
}

export type Finding =
  | { readonly kind: 'found'; readonly services: readonly Found[] }
  | { readonly kind: 'nxdomain' };

export interface KubernetesOptions {
  readonly data: ClusterData;
  readonly pods: 'disabled' | 'insecure' | 'verified';
  /** Only these namespaces; empty: all. */
  readonly namespaces: readonly string[];
  readonly endpointPodNames: boolean;
  readonly ignoreEmptyService: boolean;
  readonly multiclusterZones: readonly string[];
}

const NXDOMAIN: Finding = { kind: 'nxdomain' };
const NODATA: Finding = { kind: 'found', services: [] };

/** Models Records, findServices and findPods (coredns plugin/kubernetes/kubernetes.go, v1.14). `zone` may keep the query's case. */
export function findServices(name: string, zone: string, options: KubernetesOptions): Finding {
  const multicluster = options.multiclusterZones.includes(zone.toLowerCase());
  const request = parseName(name, zone.toLowerCase(), multicluster);
  if (request === 'invalid') return NXDOMAIN;
  if (request === 'apex') return NODATA;
  // Below a reverse zone there are addresses alone.
  if (/\.(?:in-addr|ip6)\.arpa\.$/i.test(name)) return NXDOMAIN;
  if (request.namespace === undefined || !isExposed(request.namespace, options)) return NXDOMAIN;
  if (request.kind === 'pod' && options.pods === 'disabled') return NXDOMAIN;
  if (request.service === undefined) return NODATA;
  return request.kind === 'pod' ? findPod(request, zone, options) : findInServices(request, zone, options);
}

function isExposed(namespace: string, { data, namespaces }: KubernetesOptions): boolean {
  return data.namespaceExists(namespace) && (namespaces.length === 0 || namespaces.includes(namespace));
}

function findPod(request: NameRequest, zone: string, { data, pods }: KubernetesOptions): Finding {
  const { service = '', namespace = '' } = request;
  const isIPv4 = service.split('-').length === 4 && !service.includes('--');
  const host = service.replaceAll('-', isIPv4 ? '.' : ':');
  if (!isAddress(host)) return NXDOMAIN;
  if (pods === 'verified' && !data.podExists(namespace, host)) return NXDOMAIN;
  return { kind: 'found', services: [{ host, port: 0, key: `${service}.${namespace}.pod.${zone}` }] };
}

function findInServices(request: NameRequest, zone: string, options: KubernetesOptions): Finding {
  const { data } = options;
  const { namespace = '', service: name = '' } = request;
  const service = data.service(namespace, name);
  if (!service) return NXDOMAIN;
  const own = `${service.name}.${service.namespace}.svc.${zone}`;
  const headless = isHeadless(service);
  if (service.type === 'ExternalName') {
    // It has no endpoints, and no ports that could be asked for.
    const more = request.endpoint ?? request.port ?? request.protocol;
    if (more !== undefined || !service.externalName || isAddress(service.externalName)) return NXDOMAIN;
    return { kind: 'found', services: [{ host: service.externalName, port: 0, key: own }] };
  }
  const endpoints = data.endpoints(namespace, name);
  if (options.ignoreEmptyService && !headless && endpoints.every(({ addresses }) => addresses.length === 0))
    return NXDOMAIN;

  const found: Found[] = [];
  if (headless || request.endpoint !== undefined) {
    const inClusterSet = options.multiclusterZones.includes(zone.toLowerCase());
    for (const slice of endpoints)
      found.push(...findInEndpoints(request, slice, { own, inClusterSet }, options));
    return found.length > 0 ? { kind: 'found', services: found } : NXDOMAIN;
  }
  const ports = service.ports.filter((port) => portMatches(request, port));
  if (ports.length === 0) return NXDOMAIN;
  for (const { port } of ports) for (const host of service.clusterIPs) found.push({ host, port, key: own });
  return { kind: 'found', services: found };
}

function findInEndpoints(
  request: NameRequest,
  slice: EndpointsData,
  { own, inClusterSet }: { readonly own: string; readonly inClusterSet: boolean },
  { endpointPodNames }: KubernetesOptions,
): readonly Found[] {
  // In a set of clusters an endpoint's name has its cluster in it.
  const asked = inClusterSet && request.endpoint !== undefined ? (request.cluster ?? '') : request.cluster;
  if (asked !== undefined && asked !== (slice.cluster?.toLowerCase() ?? '')) return [];
  const below = inClusterSet && slice.cluster ? `${slice.cluster}.${own}` : own;
  return slice.addresses.flatMap((address) => {
    const label = endpointLabel(address, endpointPodNames);
    if (request.endpoint !== undefined && request.endpoint !== label.toLowerCase()) return [];
    const ports = slice.ports.filter((port) => portMatches(request, port));
    return ports.map(({ port }) => ({ host: address.ip, port, key: `${label}.${below}` }));
  });
}

/** The endpoint's own label: its hostname, else the pod's name if asked for, else the address with dashes. */
export function endpointLabel(
  address: EndpointsData['addresses'][number],
  endpointPodNames: boolean,
): string {
  if (address.hostname) return address.hostname;
  if (endpointPodNames && address.pod) return address.pod;
  return address.ip.replace(/[.:]/g, '-');
}

function portMatches(request: NameRequest, port: PortData): boolean {
  const same = (asked: string | undefined, has: string) => asked === undefined || asked === has.toLowerCase();
  return same(request.port, port.name) && same(request.protocol, port.protocol);
}

/** An IPv4 or IPv6 address, as Go's net.ParseIP reads one. */
export function isAddress(text: string): boolean {
  if (/^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(text)) return true;
  if (!/^[0-9a-f:]+$/i.test(text) || !text.includes(':') || text.includes(':::')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const complete = halves.length === 2 ? groups.length < 8 : groups.length === 8;
  return complete && groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}
