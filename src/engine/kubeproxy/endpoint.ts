import type { EndpointSlice } from '../api/index.ts';
import { type IpFamily, joinHostPort } from './ip-family.ts';
import { portKey } from './service-port.ts';

/** One place to send packets to, as an EndpointSlice tells it (pkg/proxy/endpoint.go, BaseEndpointInfo). */
export interface ProxyEndpoint {
  readonly ip: string;
  /** `10.1.2.3:80`; endpoints are ordered by this string. */
  readonly name: string;
  readonly nodeName: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
  /** Where it was read: `slice.endpoints[index]` and `slice.ports[portIndex]`. */
  readonly slice: EndpointSlice;
  readonly index: number;
  readonly portIndex: number;
}

/** Endpoints of one Service by {@link portKey}, each list in kube-proxy's order. */
export type EndpointsByPort = ReadonlyMap<string, readonly ProxyEndpoint[]>;

/** The Service that a slice belongs to, as `namespace/name`; undefined when kube-proxy does not look at the slice. */
export function serviceOfSlice({ metadata }: EndpointSlice): string | undefined {
  const { labels = {} } = metadata;
  const name = labels['kubernetes.io/service-name'];
  if (!name || labels['service.kubernetes.io/headless'] !== undefined) return undefined;
  if (labels['service.kubernetes.io/service-proxy-name'] !== undefined) return undefined;
  return `${metadata.namespace}/${name}`;
}

/**
 * Merges the slices of one Service (pkg/proxy/endpointslicecache.go, endpointInfoByServicePort): the first address of
 * each endpoint, ports without a number left out, an address that several slices repeat kept once, and kept as a
 * local endpoint of `nodeName` where one of them says so.
 */
export function endpointsByPort(
  slices: Iterable<EndpointSlice>,
  family: IpFamily,
  nodeName: string,
): EndpointsByPort {
  const byPort = new Map<string, Map<string, ProxyEndpoint>>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    for (const [portIndex, port] of (slice.ports ?? []).entries()) {
      if (port.port === undefined || port.port === null) continue;
      const key = portKey(port.name, port.protocol);
      const endpoints = byPort.get(key) ?? new Map<string, ProxyEndpoint>();
      byPort.set(key, endpoints);
      for (const [index, endpoint] of (slice.endpoints ?? []).entries()) {
        const ip = endpoint.addresses[0];
        if (ip === undefined) continue;
        const name = joinHostPort(ip, port.port);
        if (endpoints.has(name) && endpoint.nodeName !== nodeName) continue;
        const ready = endpoint.conditions?.ready ?? true;
        endpoints.set(name, {
          ip,
          name,
          nodeName: endpoint.nodeName,
          ready,
          serving: endpoint.conditions?.serving ?? ready,
          terminating: endpoint.conditions?.terminating ?? false,
          zoneHints: endpoint.hints?.forZones?.map((zone) => zone.name) ?? [],
          nodeHints: endpoint.hints?.forNodes?.map((node) => node.name) ?? [],
          slice,
          index,
          portIndex,
        });
      }
    }
  }
  return new Map(
    [...byPort].map(([key, endpoints]) => [
      key,
      [...endpoints.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    ]),
  );
}
