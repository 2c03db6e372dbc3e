import type { Endpoint, EndpointPort, EndpointSlice, Labels, Node, Pod, Service } from '../../api/index.ts';
import { deepEqual } from '../../apimachinery/index.ts';
import { newControllerReference } from '../shared/owner-references.ts';
import { createPodFacts } from '../shared/pod-facts.ts';
import { endpointPorts, portsKey } from './endpoint-ports.ts';
import { hasEndpoint, podEndpoint, zoneOf } from './pod-endpoint.ts';
import { withHints } from './traffic-distribution.ts';

export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const CONTROLLER_NAME = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
/** --max-endpoints-per-slice */
const MAX_ENDPOINTS_PER_SLICE = 100;

/** A slice that is to be written: without a name it is new. */
export type WantedSlice = Omit<EndpointSlice, 'metadata'> & {
  readonly metadata: Omit<EndpointSlice['metadata'], 'name'> & { readonly name?: string };
};

export interface SliceChanges {
  readonly create: readonly WantedSlice[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
  /** Some pod's node does not exist: look again later. */
  readonly missingNode: boolean;
}

/** What the slices of a Service need to know of one of its pods; `endpoints` by family and zone, as they are asked for. */
interface PodFacts {
  readonly ports: readonly EndpointPort[];
  readonly portsKey: string;
  readonly endpoints: Map<string, { readonly key: string; readonly endpoint: Endpoint } | undefined>;
}

export type PodFactsOf = (service: Service, pod: Pod) => PodFacts | undefined;

/** Remembers {@link PodFacts} between one reconciliation and the next. */
export function createSliceFacts(): PodFactsOf {
  return createPodFacts((service, pod) => {
    if (!hasEndpoint(pod)) return undefined;
    const ports = endpointPorts(service, pod);
    return { ports, portsKey: portsKey(ports), endpoints: new Map() };
  });
}

/**
 * What must change so that the slices of a Service list its pods: few writes come before full slices. Models the
 * Reconciler (k8s.io/endpointslice, reconciler.go, v1.36).
 *
 * `pods`: those that the Service selects. `existing`: the slices that this controller made for the Service.
 */
export function reconcileSlices(
  service: Service,
  pods: readonly Pod[],
  existing: readonly EndpointSlice[],
  nodeNamed: (name: string) => Node | undefined,
  maxEndpointsPerSlice = MAX_ENDPOINTS_PER_SLICE,
  factsOf: PodFactsOf = createSliceFacts(),
): SliceChanges {
  const families = service.spec.ipFamilies?.length ? service.spec.ipFamilies : (['IPv4'] as const);
  const changes = {
    create: [] as WantedSlice[],
    update: [] as EndpointSlice[],
    delete: [] as EndpointSlice[],
    missingNode: false,
  };
  for (const slice of existing) {
    if (slice.addressType === 'FQDN' || !families.includes(slice.addressType)) changes.delete.push(slice);
  }
  for (const family of families) {
    const ofFamily = reconcileFamily(
      service,
      pods,
      existing.filter(({ addressType }) => addressType === family),
      nodeNamed,
      family,
      maxEndpointsPerSlice,
      factsOf,
    );
    changes.create.push(...ofFamily.create);
    changes.update.push(...ofFamily.update);
    changes.delete.push(...ofFamily.delete);
    changes.missingNode ||= ofFamily.missingNode;
  }
  if (service.metadata.deletionTimestamp !== undefined) changes.create = [];
  return changes;
}

function reconcileFamily(
  service: Service,
  pods: readonly Pod[],
  existing: readonly EndpointSlice[],
  nodeNamed: (name: string) => Node | undefined,
  family: 'IPv4' | 'IPv6',
  limit: number,
  factsOf: PodFactsOf,
): SliceChanges {
  const slicesByPorts = new Map<string, EndpointSlice[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports ?? []);
    slicesByPorts.set(key, [...(slicesByPorts.get(key) ?? []), slice]);
  }
  const wantedByPorts = new Map<
    string,
    { readonly ports: readonly EndpointPort[]; readonly endpoints: Map<string, Endpoint> }
  >();
  let missingNode = false;
  for (const pod of pods) {
    const facts = factsOf(service, pod);
    if (!facts) continue;
    const { ports, portsKey: key } = facts;
    const wanted = wantedByPorts.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    wantedByPorts.set(key, wanted);
    const node = pod.spec.nodeName ? nodeNamed(pod.spec.nodeName) : undefined;
    if (!node && !service.spec.publishNotReadyAddresses) {
      missingNode = true;
      continue;
    }
    const listed = endpointOf(facts, pod, node, service, family);
    if (listed) wanted.endpoints.set(listed.key, listed.endpoint);
  }

  const labels = sliceLabels(service);
  const owner = newControllerReference(service);
  const newSlice = (ports: readonly EndpointPort[]): WantedSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace ?? 'default',
      labels,
      ownerReferences: [owner],
    },
    addressType: family,
    endpoints: [],
    ports,
  });

  let create: WantedSlice[] = [];
  const update: EndpointSlice[] = [];
  let gone: EndpointSlice[] = [];
  const unchanged: EndpointSlice[] = [];
  for (const [key, { ports, endpoints }] of wantedByPorts) {
    const result = fillSlices(slicesByPorts.get(key) ?? [], endpoints, labels, () => newSlice(ports), limit);
    create.push(...result.create);
    update.push(...result.update);
    gone.push(...result.delete);
    unchanged.push(...result.unchanged);
  }
  for (const [key, slices] of slicesByPorts) if (!wantedByPorts.has(key)) gone.push(...slices);

  // A Service without an endpoint keeps one slice, which says just that.
  if (existing.length === gone.length && create.length === 0) {
    const placeholder = newSlice([]);
    const [only] = gone;
    if (gone.length === 1 && only && isPlaceholder(only, labels)) gone = [];
    else create.push(placeholder);
  }

  const distribution = service.spec.trafficDistribution;
  const hinted = <S extends WantedSlice>(slice: S): S => ({
    ...slice,
    endpoints: slice.endpoints.map((endpoint) => withHints(endpoint, distribution)),
  });
  for (const slice of unchanged) {
    if (slice.endpoints?.some((endpoint) => withHints(endpoint, distribution) !== endpoint))
      update.push(slice);
  }
  create = create.map(hinted);

  // A slice that would go gives its name to one that would come: one write instead of two.
  const reused: EndpointSlice[] = [];
  gone = gone.filter((slice) => {
    const replacement = slice.metadata.ownerReferences?.some(({ uid }) => uid === owner.uid)
      ? create.pop()
      : undefined;
    if (replacement) reused.push({ ...replacement, metadata: { ...slice.metadata, labels } });
    return !replacement;
  });
  return { create, update: [...update.map(hinted), ...reused], delete: gone, missingNode };
}

function endpointOf(
  { endpoints }: PodFacts,
  pod: Pod,
  node: Node | undefined,
  service: Service,
  family: 'IPv4' | 'IPv6',
) {
  const place = `${family} ${zoneOf(node) ?? ''}`;
  if (!endpoints.has(place)) {
    const endpoint = podEndpoint(pod, node, service, family);
    endpoints.set(place, endpoint && { key: endpointKey(endpoint), endpoint });
  }
  return endpoints.get(place);
}

/** reconcileByPortMapping: keeps what is listed where it is, and puts the rest where there is room. */
function fillSlices(
  existing: readonly EndpointSlice[],
  wanted: Map<string, Endpoint>,
  labels: Labels,
  newSlice: () => WantedSlice,
  limit: number,
) {
  const missing = new Map(wanted);
  const gone: EndpointSlice[] = [];
  let unchanged: EndpointSlice[] = [];
  const update: { readonly slice: EndpointSlice; readonly endpoints: Endpoint[] }[] = [];
  for (const slice of existing) {
    const before = slice.endpoints ?? [];
    const kept: Endpoint[] = [];
    let changed = false;
    for (const endpoint of before) {
      const key = endpointKey(endpoint);
      const now = missing.get(key);
      if (!now) continue;
      missing.delete(key);
      const isSame = sameEndpoint(now, endpoint);
      kept.push(isSame ? endpoint : now);
      changed ||= !isSame;
    }
    if (kept.length === 0 && before.length > 0) gone.push(slice);
    else if (changed || kept.length !== before.length || !deepEqual(slice.metadata.labels ?? {}, labels))
      update.push({ slice, endpoints: kept });
    else unchanged.push(slice);
  }

  const take = (endpoints: Endpoint[]) => {
    for (const [key, endpoint] of missing) {
      if (endpoints.length >= limit) return;
      endpoints.push(endpoint);
      missing.delete(key);
    }
  };
  for (const { endpoints } of [...update].sort((a, b) => b.endpoints.length - a.endpoints.length))
    take(endpoints);

  const create: WantedSlice[] = [];
  while (missing.size > 0) {
    const room = missing.size < limit ? closestToFull(unchanged, missing.size, limit) : undefined;
    const endpoints = [...(room?.endpoints ?? [])];
    take(endpoints);
    if (room) {
      unchanged = unchanged.filter((slice) => slice !== room);
      update.push({ slice: room, endpoints });
    } else create.push({ ...newSlice(), endpoints });
  }
  return {
    create,
    update: update.map(({ slice, endpoints }) => ({
      ...slice,
      metadata: { ...slice.metadata, labels },
      endpoints,
    })),
    delete: gone,
    unchanged,
  };
}

/** The slice that has room for `count` more and the least left over (getSliceToFill). */
function closestToFull(
  slices: readonly EndpointSlice[],
  count: number,
  limit: number,
): EndpointSlice | undefined {
  const left = (slice: EndpointSlice) => limit - count - (slice.endpoints?.length ?? 0);
  return slices
    .filter((slice) => left(slice) >= 0 && left(slice) < limit)
    .sort((a, b) => left(a) - left(b))[0];
}

/** What makes an endpoint the same one: its addresses, its hostname and its pod (hashEndpoint). */
function endpointKey({ addresses, hostname, targetRef }: Endpoint): string {
  const listed = addresses.length > 1 ? [...addresses].sort().join() : addresses[0];
  return `${listed} ${hostname ?? ''} ${targetRef?.namespace ?? ''} ${targetRef?.name ?? ''}`;
}

/** EndpointsEqualBeyondHash. Hints are made anew with the slice. */
function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.targetRef?.uid === b.targetRef?.uid &&
    deepEqual(a.conditions, b.conditions)
  );
}

/** The Service's labels, without those that this controller sets itself (setEndpointSliceLabels). */
function sliceLabels(service: Service): Labels {
  const { [SERVICE_NAME]: _, [MANAGED_BY]: __, [HEADLESS]: ___, ...own } = service.metadata.labels ?? {};
  return {
    ...own,
    [MANAGED_BY]: CONTROLLER_NAME,
    [SERVICE_NAME]: service.metadata.name,
    ...(service.spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
  };
}

function isPlaceholder(slice: EndpointSlice, labels: Labels): boolean {
  return (
    (slice.endpoints ?? []).length === 0 &&
    (slice.ports ?? []).length === 0 &&
    deepEqual(slice.metadata.labels ?? {}, labels)
  );
}
