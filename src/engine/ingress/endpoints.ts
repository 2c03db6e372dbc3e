import type { EndpointSlice, Service, ServicePort } from '../api/index.ts';
import type { BackendEndpoint } from './configuration.ts';

/**
 * The ready endpoints of a Service's port, from its EndpointSlices: requests go to pods, not to the ClusterIP.
 * Models getEndpointsFromSlices (internal/ingress/controller/endpointslices.go, v1.15).
 */
export function endpointsOf(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
): readonly BackendEndpoint[] {
  const found = new Map<string, BackendEndpoint>();
  for (const { endpoints, ports } of slices.filter((slice) => belongsTo(slice, service))) {
    const numbers = targetPorts(port, ports ?? []);
    for (const { addresses, conditions } of endpoints ?? []) {
      if (conditions?.ready === false) continue;
      for (const number of numbers)
        for (const address of addresses) found.set(`${address} ${number}`, { address, port: number });
    }
  }
  return [...found.values()];
}

/** The Service's port that a backend means, by number, target port or name, in this order of the Service's ports. */
export function servicePortOf(service: Service, wanted: string): ServicePort | undefined {
  return service.spec.ports?.find(
    ({ port, targetPort, name }) =>
      String(port) === wanted || String(targetPort ?? port) === wanted || name === wanted,
  );
}

/** The name and port that stand for an ExternalName Service, which needs no ports of its own (externalNamePorts). */
export function externalEndpoint(service: Service, wanted: string): readonly BackendEndpoint[] {
  const name = service.spec.externalName ?? '';
  if (name === '' || name === 'localhost' || /^127\./.test(name)) return [];
  const known = service.spec.ports?.find(({ name: own, port }) => own === wanted || String(port) === wanted);
  const target = Number(known?.targetPort) || known?.port || Number(wanted);
  return Number.isInteger(target) && target > 0 ? [{ address: name.replace(/\.$/, ''), port: target }] : [];
}

function belongsTo({ metadata }: EndpointSlice, { metadata: owner }: Service): boolean {
  return (
    metadata.namespace === owner.namespace && metadata.labels?.['kubernetes.io/service-name'] === owner.name
  );
}

function targetPorts(
  { name, targetPort, port }: ServicePort,
  ports: NonNullable<EndpointSlice['ports']>,
): readonly number[] {
  const declared = typeof targetPort === 'string' ? undefined : (targetPort ?? port);
  if (ports.length === 0) return declared === undefined ? [] : [declared];
  return ports.flatMap((each) => {
    if ((each.protocol ?? 'TCP') !== 'TCP') return [];
    const byName = !name || name === each.name ? each.port : undefined;
    return byName ?? declared ?? [];
  });
}
