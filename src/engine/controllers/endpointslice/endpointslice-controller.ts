import type { EndpointSlice } from '../../api/index.ts';
import { createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';
import { createServiceSelectors } from '../shared/service-selectors.ts';
import {
  CONTROLLER_NAME,
  createSliceFacts,
  MANAGED_BY,
  reconcileSlices,
  SERVICE_NAME,
} from './reconcile-slices.ts';

/**
 * Lists the pods of every Service that has a selector.
 * Models the EndpointSlice controller (pkg/controller/endpointslice/endpointslice_controller.go, v1.36).
 */
export function startEndpointSliceController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const services = informers.of('services');
  const nodes = informers.of('nodes');
  const queue = createWorkQueue({ clock, reconcile });
  const selectors = createServiceSelectors(context, (service) => queue.add(objectKey(service)));
  const factsOf = createSliceFacts();
  /** The controller's own slices of each Service, as its watch has shown them and as its own writes left them. */
  const slices = new Map<string, Map<string, EndpointSlice>>();

  services.subscribe({
    added: (service) => queue.add(objectKey(service)),
    updated: (_, service) => queue.add(objectKey(service)),
    deleted: (service) => queue.add(objectKey(service)),
  });
  nodes.subscribe({
    added: () => requeueAll(),
    updated(before, node) {
      const zone = 'topology.kubernetes.io/zone';
      if (before.metadata.labels?.[zone] !== node.metadata.labels?.[zone]) requeueAll();
    },
  });
  informers.of('endpointslices').subscribe({
    added: (slice) => track(slice, undefined),
    updated: (before, slice) => track(slice, before),
    deleted(slice) {
      const key = serviceOf(slice);
      if (key === undefined) return;
      slices.get(key)?.delete(slice.metadata.name);
      queue.add(key);
    },
  });

  function requeueAll(): void {
    for (const service of services.list()) queue.add(objectKey(service));
  }

  function serviceOf({ metadata }: EndpointSlice): string | undefined {
    const name = metadata.labels?.[SERVICE_NAME];
    return name !== undefined && metadata.labels?.[MANAGED_BY] === CONTROLLER_NAME
      ? `${metadata.namespace}/${name}`
      : undefined;
  }

  function track(slice: EndpointSlice, before: EndpointSlice | undefined): void {
    const was = before && serviceOf(before);
    const key = serviceOf(slice);
    if (was !== undefined && was !== key) {
      slices.get(was)?.delete(slice.metadata.name);
      queue.add(was);
    }
    if (key === undefined) return;
    const known = remember(key, slice);
    // Somebody else's hand on our slice: put it right again.
    if (!known) queue.add(key);
  }

  /** Answers whether this version, or a later one, was known. */
  function remember(key: string, slice: EndpointSlice): boolean {
    const ofService = slices.get(key) ?? new Map<string, EndpointSlice>();
    slices.set(key, ofService);
    const known = ofService.get(slice.metadata.name);
    if (
      known &&
      known.metadata.uid === slice.metadata.uid &&
      Number(known.metadata.resourceVersion) >= Number(slice.metadata.resourceVersion)
    )
      return true;
    ofService.set(slice.metadata.name, slice);
    return false;
  }

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = services.get(namespace, name);
    if (!service) {
      slices.delete(key);
      return;
    }
    // A Service without a selector is its author's own affair.
    if (service.spec.type === 'ExternalName' || !service.spec.selector) return;
    const existing = [...(slices.get(key)?.values() ?? [])].filter(
      (slice) => slice.metadata.deletionTimestamp === undefined,
    );
    const changes = reconcileSlices(
      service,
      selectors.podsOf(service),
      existing,
      (node) => nodes.get('', node),
      undefined,
      factsOf,
    );
    let failed = false;
    const keep = (slice: EndpointSlice) => void remember(key, slice);
    for (const slice of changes.create) {
      const result = api.create('endpointslices', slice);
      if (result.ok) keep(result.object);
      else failed = true;
    }
    for (const slice of changes.update) {
      const result = api.update('endpointslices', slice);
      if (result.ok) keep(result.object);
      else failed = true;
    }
    for (const slice of changes.delete) {
      const result = api.delete('endpointslices', namespace, slice.metadata.name);
      if (result.ok) slices.get(key)?.delete(slice.metadata.name);
      else failed ||= result.status.reason !== 'NotFound';
    }
    if (failed) queue.addRateLimited(key);
    else queue.forget(key);
  }

  return { stop: () => queue.stop() };
}
