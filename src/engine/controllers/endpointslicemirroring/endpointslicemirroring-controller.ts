import type { Endpoint, EndpointPort, EndpointSlice, Endpoints } from '../../api/index.ts';
import { deepEqual, parseIP } from '../../apimachinery/index.ts';
import { createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { portsKey } from '../endpointslice/endpoint-ports.ts';
import { MANAGED_BY, SERVICE_NAME } from '../endpointslice/reconcile-slices.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';
import { newControllerReference } from '../shared/owner-references.ts';

const CONTROLLER_NAME = 'endpointslicemirroring-controller.k8s.io';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const MAX_ENDPOINTS_PER_SUBSET = 1000;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Wanted = Pick<EndpointSlice, 'addressType' | 'endpoints' | 'ports'>;

/**
 * Copies hand-written Endpoints of Services without a selector into EndpointSlices, which is what kube-proxy reads.
 * Models the mirroring controller (pkg/controller/endpointslicemirroring, v1.36).
 */
export function startEndpointSliceMirroringController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const services = informers.of('services');
  const slices = informers.of('endpointslices');
  const queue = createWorkQueue({ clock, reconcile });
  const wake = (object: Parameters<typeof objectKey>[0]) => queue.add(objectKey(object));
  informers
    .of('endpoints')
    .subscribe({ added: wake, updated: (_, endpoints) => wake(endpoints), deleted: wake });
  services.subscribe({ added: wake, updated: (_, service) => wake(service), deleted: wake });

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const endpoints = api.get('endpoints', namespace, name);
    const service = services.get(namespace, name);
    // Endpoints that are gone take their slices along: those are theirs.
    if (!endpoints.ok) return;
    const existing = slices.ofController(endpoints.object.metadata.uid);
    const mirrored =
      service !== undefined && service.spec.selector === undefined && isMirrored(endpoints.object);
    if (!mirrored) {
      for (const slice of existing) api.delete('endpointslices', namespace, slice.metadata.name);
      return;
    }
    const owner = endpoints.object;
    const { [LAST_APPLIED]: _, ...annotations } = owner.metadata.annotations ?? {};
    const metadata = {
      labels: { ...owner.metadata.labels, [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER_NAME },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    };
    const left = [...existing];
    for (const wanted of mirroredSlices(owner)) {
      const same = left.findIndex(
        (slice) =>
          slice.addressType === wanted.addressType &&
          portsKey(slice.ports ?? []) === portsKey(wanted.ports ?? []),
      );
      const [slice] = same < 0 ? [] : left.splice(same, 1);
      if (!slice) {
        api.create('endpointslices', {
          metadata: {
            ...metadata,
            generateName: `${name}-`,
            namespace,
            ownerReferences: [newControllerReference(owner)],
          },
          ...wanted,
        });
      } else if (
        !deepEqual(slice.endpoints, wanted.endpoints) ||
        !deepEqual(slice.metadata.labels, metadata.labels)
      ) {
        api.update('endpointslices', { ...slice, metadata: { ...slice.metadata, ...metadata }, ...wanted });
      }
    }
    for (const slice of left) api.delete('endpointslices', namespace, slice.metadata.name);
  }

  return { stop: () => queue.stop() };
}

function isMirrored({ metadata }: Endpoints): boolean {
  if (metadata.labels?.[SKIP_MIRROR] === 'true') return false;
  return metadata.annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined;
}

/** One slice for each subset and address family. */
function mirroredSlices({ subsets = [] }: Endpoints): readonly Wanted[] {
  return subsets.flatMap((subset) => {
    const ports: readonly EndpointPort[] = (subset.ports ?? []).map(
      ({ name, port, protocol, appProtocol }) => ({
        name: name ?? '',
        port,
        protocol: protocol ?? 'TCP',
        ...(appProtocol === undefined ? {} : { appProtocol }),
      }),
    );
    const all = [
      ...(subset.addresses ?? []).map((address) => ({ address, ready: true })),
      ...(subset.notReadyAddresses ?? []).map((address) => ({ address, ready: false })),
    ].slice(0, MAX_ENDPOINTS_PER_SUBSET);
    return (['IPv4', 'IPv6'] as const).flatMap((addressType) => {
      const endpoints = all
        .filter(({ address }) => parseIP(address.ip)?.family === addressType)
        .map(
          ({ address, ready }): Endpoint => ({
            addresses: [address.ip],
            conditions: { ready },
            ...(address.hostname ? { hostname: address.hostname } : {}),
            ...(address.nodeName ? { nodeName: address.nodeName } : {}),
            ...(address.targetRef ? { targetRef: address.targetRef } : {}),
          }),
        );
      return endpoints.length > 0 ? [{ addressType, ports, endpoints }] : [];
    });
  });
}
