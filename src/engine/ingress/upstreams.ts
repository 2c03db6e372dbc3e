import type { EndpointSlice, IngressBackend, Service } from '../api/index.ts';
import type { Annotations } from './annotations.ts';
import {
  type BackendEndpoint,
  type ControllerMessage,
  type CookieAffinity,
  DEFAULT_BACKEND_PORT,
  DEFAULT_UPSTREAM,
  type Reason,
  type TrafficShaping,
} from './configuration.ts';
import { endpointsOf, externalEndpoint, servicePortOf } from './endpoints.ts';
import type { SelectedIngress } from './select-ingresses.ts';

/** An upstream while the configuration is being made. */
export interface UpstreamDraft {
  readonly name: string;
  readonly servicePort: string;
  readonly service?: { readonly namespace: string; readonly name: string };
  readonly external: boolean;
  readonly endpoints: readonly BackendEndpoint[];
  /** Of a canary: no location leads to it of itself. */
  readonly noServer: boolean;
  readonly trafficShaping?: TrafficShaping;
  alternatives: readonly string[];
  affinity?: CookieAffinity;
}

export interface ServiceObjects {
  readonly services: readonly Service[];
  readonly endpointSlices: readonly EndpointSlice[];
  /** --default-backend-service: `namespace/name`. */
  readonly defaultBackendService?: string;
}

/** `namespace-service-port`, as the logs and nginx.conf call it; INVALID for a backend without a port. */
export function upstreamName(namespace: string, service: NonNullable<IngressBackend['service']>): string {
  return `${namespace}-${service.name}-${servicePortText(service)}`;
}

export function servicePortText({ port }: NonNullable<IngressBackend['service']>): string {
  return String(port?.number ?? port?.name ?? '');
}

/** One upstream for each Service and port that an Ingress names. Models createUpstreams (controller.go, v1.15). */
export function createUpstreams(
  ingresses: readonly SelectedIngress[],
  objects: ServiceObjects,
  messages: ControllerMessage[],
): Map<string, UpstreamDraft> {
  const upstreams = new Map([[DEFAULT_UPSTREAM, defaultUpstream(objects)]]);
  for (const ingress of ingresses) {
    const fallback = ingress.ingress.spec?.defaultBackend;
    // The default backend is made anew even when another Ingress has named the same Service before.
    if (fallback?.service) upstreams.delete(upstreamName(ingress.namespace, fallback.service));
    const backends = [
      ...(fallback ? [fallback] : []),
      ...ingress.rules.flatMap(({ paths }) => paths ?? []).map(({ backend }) => backend),
    ];
    for (const { service } of backends) {
      if (!service) continue;
      const name = upstreamName(ingress.namespace, service);
      if (!upstreams.has(name)) upstreams.set(name, newUpstream(name, ingress, service, objects, messages));
    }
  }
  return upstreams;
}

function newUpstream(
  name: string,
  { namespace, name: ingress, annotations }: SelectedIngress,
  { name: serviceName, ...rest }: NonNullable<IngressBackend['service']>,
  objects: ServiceObjects,
  messages: ControllerMessage[],
): UpstreamDraft {
  const port = servicePortText({ name: serviceName, ...rest });
  const service = findService(objects, namespace, serviceName);
  const key = `"${namespace}/${serviceName}"`;
  const endpoints = service ? backendsOf(service, port, annotations, objects) : [];
  const text = service
    ? `Service ${key} does not have any active Endpoint.`
    : `Error obtaining Endpoints for Service ${key}: no object matching key ${key} in local store`;
  if (endpoints.length === 0)
    messages.push({ level: 'W', at: service ? 'controller.go:1241' : 'controller.go:1135', text });
  const source: Reason = {
    kind: 'Ingress',
    namespace,
    name: ingress,
    field: 'metadata.annotations[nginx.ingress.kubernetes.io/canary]',
  };
  return {
    name,
    servicePort: port,
    endpoints,
    external: service?.spec.type === 'ExternalName',
    alternatives: [],
    noServer: annotations.canary !== undefined,
    ...(service && { service: { namespace, name: serviceName } }),
    ...(annotations.canary && { trafficShaping: { ...annotations.canary, source } }),
  };
}

function backendsOf(
  service: Service,
  port: string,
  annotations: Annotations,
  { endpointSlices }: ServiceObjects,
): readonly BackendEndpoint[] {
  if (service.spec.type === 'ExternalName') return externalEndpoint(service, port);
  const servicePort = servicePortOf(service, port);
  if (!servicePort) return [];
  const { clusterIP } = service.spec;
  if (annotations.serviceUpstream && clusterIP && clusterIP !== 'None')
    return [{ address: clusterIP, port: servicePort.port }];
  return endpointsOf(service, servicePort, endpointSlices);
}

function findService({ services }: ServiceObjects, namespace: string, name: string): Service | undefined {
  return services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
}

/** The controller's own server of 404 pages, unless --default-backend-service names one with endpoints. */
function defaultUpstream(objects: ServiceObjects): UpstreamDraft {
  const [namespace = '', name = ''] = objects.defaultBackendService?.split('/') ?? [];
  const service = findService(objects, namespace, name);
  const port = service?.spec.ports?.[0];
  const endpoints = service && port ? endpointsOf(service, port, objects.endpointSlices) : [];
  const own = { address: '127.0.0.1', port: DEFAULT_BACKEND_PORT };
  return {
    name: DEFAULT_UPSTREAM,
    servicePort: port ? String(port.port) : '',
    external: false,
    endpoints: endpoints.length > 0 ? endpoints : [own],
    alternatives: [],
    noServer: false,
    ...(service && endpoints.length > 0 && { service: { namespace, name } }),
  };
}
