import type { Endpoint, Node, Pod, Service } from '../../api/index.ts';
import { parseIP } from '../../apimachinery/index.ts';
import { isPodFinished, isPodReady } from '../shared/pod-state.ts';

/** Whether a pod is listed at all: it has an address and has not ended (endpointutil.ShouldPodBeInEndpoints). */
export function hasEndpoint(pod: Pod): boolean {
  return !isPodFinished(pod) && (pod.status?.podIPs?.length ?? (pod.status?.podIP ? 1 : 0)) > 0;
}

/**
 * A pod as an EndpointSlice lists it; undefined when it has no address of the family
 * (endpointslice/utils.go, podToEndpoint).
 */
export function podEndpoint(
  pod: Pod,
  node: Node | undefined,
  service: Service,
  family: 'IPv4' | 'IPv6',
): Endpoint | undefined {
  const ips = pod.status?.podIPs?.map(({ ip }) => ip) ?? (pod.status?.podIP ? [pod.status.podIP] : []);
  const addresses = ips.filter((ip) => parseIP(ip)?.family === family);
  if (addresses.length === 0) return undefined;
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const { namespace = 'default', name, uid } = pod.metadata;
  const zone = zoneOf(node);
  return {
    addresses,
    conditions: {
      ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname ?? '' } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    ...(zone ? { zone } : {}),
    targetRef: { kind: 'Pod', namespace, name, ...(uid === undefined ? {} : { uid }) },
  };
}

/** The pod asked for a name of its own within this Service (endpointutil.ShouldSetHostname). */
export function hasHostname(pod: Pod, service: Service): boolean {
  return (
    Boolean(pod.spec.hostname) &&
    pod.spec.subdomain === service.metadata.name &&
    pod.metadata.namespace === service.metadata.namespace
  );
}

export function zoneOf(node: Node | undefined): string | undefined {
  return node?.metadata.labels?.['topology.kubernetes.io/zone'];
}
