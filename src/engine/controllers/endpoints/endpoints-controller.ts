import type { EndpointAddress, Endpoints, Labels, Pod, Service } from '../../api/index.ts';
import { deepEqual, parseIP } from '../../apimachinery/index.ts';
import { createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { endpointPorts } from '../endpointslice/endpoint-ports.ts';
import { hasEndpoint, hasHostname } from '../endpointslice/pod-endpoint.ts';
import { type Controller, type ControllerContext, timestamp } from '../shared/context.ts';
import { createPodFacts } from '../shared/pod-facts.ts';
import { isPodReady } from '../shared/pod-state.ts';
import { createServiceSelectors } from '../shared/service-selectors.ts';
import { type EndpointFact, type EndpointSubset, endpointFact, packSubsets } from './subsets.ts';

/** More addresses than these are left out, and an annotation says so. */
const MAX_ADDRESSES = 1000;
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
const LAST_CHANGE = 'endpoints.kubernetes.io/last-change-trigger-time';
const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const HEADLESS = 'service.kubernetes.io/headless';

/**
 * Writes the Endpoints object of every Service with a selector: deprecated since v1.33, and still written.
 * Models the Endpoints controller (pkg/controller/endpoint/endpoints_controller.go, v1.36).
 */
export function startEndpointsController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const services = informers.of('services');
  const queue = createWorkQueue({ clock, reconcile });
  const selectors = createServiceSelectors(context, (service) => queue.add(objectKey(service)));
  const factOf = createPodFacts(podFact);
  /** The stored copy of each address that was written: handed back, it need not be read again. */
  const stored = new WeakMap<EndpointAddress, EndpointAddress>();
  services.subscribe({
    added: (service) => queue.add(objectKey(service)),
    updated: (_, service) => queue.add(objectKey(service)),
    deleted: (service) => queue.add(objectKey(service)),
  });
  informers.of('endpoints').subscribe({ deleted: (endpoints) => queue.add(objectKey(endpoints)) });

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = services.get(namespace, name);
    const current = api.get('endpoints', namespace, name);
    if (!service) {
      if (current.ok && current.object.metadata.labels?.[MANAGED_BY] === 'endpoint-controller')
        api.delete('endpoints', namespace, name);
      return;
    }
    if (!service.spec.selector || service.spec.type === 'ExternalName') return;
    const facts = selectors.podsOf(service).flatMap((pod) => {
      const fact = factOf(service, pod);
      return fact ? { ...fact, address: stored.get(fact.address) ?? fact.address } : [];
    });
    const wanted = wantedEndpoints(service, facts);
    const before = current.ok ? current.object : undefined;
    const { [LAST_CHANGE]: _, ...annotations } = before?.metadata.annotations ?? {};
    if (
      before &&
      deepEqual(before.subsets ?? [], wanted.subsets) &&
      deepEqual(before.metadata.labels ?? {}, wanted.labels) &&
      deepEqual(annotations, wanted.annotations)
    )
      return;
    const metadata = {
      ...before?.metadata,
      name,
      namespace,
      labels: wanted.labels,
      annotations: { ...wanted.annotations, [LAST_CHANGE]: timestamp(context) },
    };
    const object: Endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata,
      ...(wanted.subsets.length > 0 ? { subsets: wanted.subsets } : {}),
    };
    const result = before ? api.update('endpoints', object) : api.create('endpoints', object);
    if (result.ok) {
      queue.forget(key);
      noteStored(wanted.subsets, result.object.subsets ?? []);
    } else queue.addRateLimited(key);
  }

  function noteStored(written: readonly EndpointSubset[], now: readonly EndpointSubset[]): void {
    for (const [index, subset] of written.entries()) {
      for (const list of ['addresses', 'notReadyAddresses'] as const) {
        for (const [place, address] of (subset[list] ?? []).entries()) {
          const copy = now[index]?.[list]?.[place];
          if (copy && copy !== address) stored.set(address, copy);
        }
      }
    }
  }

  return { stop: () => queue.stop() };
}

/** The pod's address and the ports that it has of the Service; undefined: it is not listed. */
function podFact(service: Service, pod: Pod): EndpointFact | undefined {
  const publishNotReady = service.spec.publishNotReadyAddresses === true;
  const family = service.spec.ipFamilies?.[0] ?? 'IPv4';
  if (!hasEndpoint(pod) || (pod.metadata.deletionTimestamp !== undefined && !publishNotReady))
    return undefined;
  const ip = (pod.status?.podIPs ?? [{ ip: pod.status?.podIP ?? '' }]).find(
    (each) => parseIP(each.ip)?.family === family,
  )?.ip;
  if (ip === undefined) return undefined;
  const ports = endpointPorts(service, pod).flatMap(({ name, port, protocol, appProtocol }) =>
    port === undefined
      ? []
      : {
          ...(name ? { name } : {}),
          port,
          ...(protocol ? { protocol } : {}),
          ...(appProtocol ? { appProtocol } : {}),
        },
  );
  // A Service with ports none of which the pod has: the pod is not listed here.
  if (ports.length === 0 && (service.spec.ports ?? []).length > 0) return undefined;
  return endpointFact(addressOf(pod, service, ip), ports, publishNotReady || isPodReady(pod));
}

function wantedEndpoints(
  service: Service,
  facts: readonly EndpointFact[],
): {
  readonly subsets: NonNullable<Endpoints['subsets']>;
  readonly labels: Labels;
  readonly annotations: Labels;
} {
  const over = facts.length > MAX_ADDRESSES;
  const kept = over
    ? [...facts].sort((a, b) => Number(b.ready) - Number(a.ready)).slice(0, MAX_ADDRESSES)
    : facts;
  return {
    subsets: packSubsets(kept),
    labels: {
      ...service.metadata.labels,
      [MANAGED_BY]: 'endpoint-controller',
      ...(service.spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
    },
    annotations: over ? { [OVER_CAPACITY]: 'truncated' } : {},
  };
}

function addressOf(pod: Pod, service: Service, ip: string): EndpointAddress {
  const { namespace = 'default', name, uid } = pod.metadata;
  return {
    ip,
    ...(hasHostname(pod, service) ? { hostname: pod.spec.hostname ?? '' } : {}),
    ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, ...(uid === undefined ? {} : { uid }) },
  };
}
