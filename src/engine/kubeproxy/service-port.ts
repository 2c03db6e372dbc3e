import type { Service, TransportProtocol } from '../api/index.ts';
import { type IpFamily, ipFamilyOf, type Prefix, parsePrefix } from './ip-family.ts';

/** One port of one Service as the proxy uses it (pkg/proxy/serviceport.go, BaseServicePortInfo). */
export interface ServicePort {
  readonly service: Service;
  /** Where it stands in `spec.ports`. */
  readonly index: number;
  /** `default/hello:http`; without the colon when the port has no name. */
  readonly name: string;
  readonly protocol: TransportProtocol;
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  readonly loadBalancerVIPs: readonly string[];
  readonly loadBalancerSourceRanges: readonly Prefix[];
  /** Seconds that a client sticks to its endpoint; undefined: no session affinity. */
  readonly stickySeconds: number | undefined;
  readonly internalPolicyLocal: boolean;
  readonly externalPolicyLocal: boolean;
  readonly healthCheckNodePort: number;
  readonly externallyAccessible: boolean;
  /** Cluster endpoints are also needed when only external traffic is Local: pods and the node itself take a short cut. */
  readonly usesClusterEndpoints: boolean;
  readonly usesLocalEndpoints: boolean;
}

/** How a Service's port and its endpoints find each other: by the port's name and protocol (ServicePortName). */
export function portKey(portName: string | undefined, protocol: TransportProtocol | undefined): string {
  return `${portName ?? ''}/${protocol ?? 'TCP'}`;
}

const DEFAULT_STICKY_SECONDS = 10800;

/**
 * The ports of a Service that get rules; none for headless and ExternalName Services, for Services that name another
 * proxy, and for those without a ClusterIP of this family.
 */
export function servicePorts(service: Service, family: IpFamily): readonly ServicePort[] {
  const { spec } = service;
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  if (service.metadata.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined) return [];
  if (spec.clusterIP === 'None' || !spec.clusterIP || spec.type === 'ExternalName') return [];
  const clusterIP = (spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP]).find(
    (ip) => ipFamilyOf(ip) === family,
  );
  if (!clusterIP) return [];

  const ofFamily = (ips: readonly string[]) => ips.filter((ip) => ipFamilyOf(ip) === family);
  const externalIPs = ofFamily(spec.externalIPs ?? []);
  const loadBalancerVIPs = ofFamily(
    ingress.filter(({ ipMode }) => ipMode !== 'Proxy').flatMap(({ ip }) => ip ?? []),
  );
  const loadBalancerSourceRanges = (spec.loadBalancerSourceRanges ?? [])
    .flatMap((range) => parsePrefix(range) ?? [])
    .filter((prefix) => prefix.family === family);
  const type = spec.type ?? 'ClusterIP';
  const internalPolicyLocal = spec.internalTrafficPolicy === 'Local';
  const externalPolicyLocal =
    spec.externalTrafficPolicy === 'Local' && (type !== 'ClusterIP' || (spec.externalIPs ?? []).length > 0);
  const healthCheckNodePort =
    type === 'LoadBalancer' && externalPolicyLocal ? (spec.healthCheckNodePort ?? 0) : 0;
  const stickySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_STICKY_SECONDS)
      : undefined;

  return (spec.ports ?? []).map((port, index) => {
    const nodePort = port.nodePort ?? 0;
    const externallyAccessible = nodePort !== 0 || loadBalancerVIPs.length > 0 || externalIPs.length > 0;
    const { namespace, name } = service.metadata;
    return {
      service,
      index,
      name: `${namespace}/${name}${port.name ? `:${port.name}` : ''}`,
      protocol: port.protocol ?? 'TCP',
      clusterIP,
      port: port.port,
      nodePort,
      externalIPs,
      loadBalancerVIPs,
      loadBalancerSourceRanges,
      stickySeconds,
      internalPolicyLocal,
      externalPolicyLocal,
      healthCheckNodePort,
      externallyAccessible,
      usesClusterEndpoints: !internalPolicyLocal || externallyAccessible,
      usesLocalEndpoints: internalPolicyLocal || (externalPolicyLocal && externallyAccessible),
    };
  });
}
