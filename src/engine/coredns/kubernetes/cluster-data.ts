/** The cluster as the kubernetes plugin sees it: its own small copies of objects (plugin/kubernetes/object). */

export interface ServiceData {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  /** `['None']` for a headless Service. */
  readonly clusterIPs: readonly string[];
  readonly ports: readonly PortData[];
  readonly externalName?: string;
}

export interface PortData {
  readonly name: string;
  readonly protocol: string;
  /** -1: the object declares no port; there are addresses, but no SRV records. */
  readonly port: number;
}

/** The ready addresses of one EndpointSlice. */
export interface EndpointsData {
  readonly service: string;
  readonly namespace: string;
  readonly addresses: readonly { readonly ip: string; readonly hostname?: string; readonly pod?: string }[];
  readonly ports: readonly PortData[];
  /** Multi-cluster zones only. */
  readonly cluster?: string;
}

export interface ClusterData {
  /** False: the API server has not told everything yet, so that absence proves nothing. */
  synced(): boolean;
  /** A number that changes with the data: the serial of the SOA record. */
  serial(): number;
  namespaceExists(name: string): boolean;
  service(namespace: string, name: string): ServiceData | undefined;
  endpoints(namespace: string, service: string): readonly EndpointsData[];
  servicesByIP(address: string): readonly ServiceData[];
  endpointsByIP(address: string): readonly EndpointsData[];
  /** Whether a pod of that namespace has the address: for `pods verified`. */
  podExists(namespace: string, address: string): boolean;
}

export const NO_PORTS: readonly PortData[] = [{ name: '', protocol: '', port: -1 }];

export function isHeadless(service: ServiceData): boolean {
  return service.clusterIPs[0] === 'None';
}
