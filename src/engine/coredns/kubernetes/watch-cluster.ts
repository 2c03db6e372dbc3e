import type { EndpointSlice, Service } from '../../api/index.ts';
import type { Clock } from '../../apimachinery/index.ts';
import { type ApiClient, createInformer } from '../../apiserver/index.ts';
import { type ClusterData, type EndpointsData, NO_PORTS, type ServiceData } from './cluster-data.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** Keeps the plugin's copy of the cluster with watches (coredns plugin/kubernetes/controller.go). `pods` only for `pods verified`. */
export function watchCluster(
  api: ApiClient,
  clock: Clock,
  options: { readonly pods: boolean; readonly epochMs: number },
): ClusterData & { stop(): void } {
  let synced = false;
  let modifiedMs = clock.now();
  const touch = () => {
    modifiedMs = clock.now();
  };
  const services = new Map<string, ServiceData>();
  const servicesByIP = createIndex<ServiceData>();
  const slicesByService = createIndex<EndpointsData>();
  const slicesByIP = createIndex<EndpointsData>();
  const slices = new Map<string, EndpointsData>();

  function setService(object: Service, present: boolean): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const old = services.get(key);
    if (old) for (const address of old.clusterIPs) servicesByIP.remove(address, old);
    services.delete(key);
    if (!present) return;
    const now = serviceData(object);
    services.set(key, now);
    for (const address of now.clusterIPs) servicesByIP.add(address, now);
  }

  function setSlice(object: EndpointSlice, present: boolean): void {
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    const old = slices.get(key);
    if (old) {
      slicesByService.remove(`${old.namespace}/${old.service}`, old);
      for (const { ip } of old.addresses) slicesByIP.remove(ip, old);
    }
    slices.delete(key);
    const now = present ? endpointsData(object) : undefined;
    if (!now) return;
    slices.set(key, now);
    slicesByService.add(`${now.namespace}/${now.service}`, now);
    for (const { ip } of now.addresses) slicesByIP.add(ip, now);
  }

  const follow = <T>(set: (object: T, present: boolean) => void) => ({
    added: (object: T) => {
      set(object, true);
      touch();
    },
    updated: (_: T, object: T) => {
      set(object, true);
      touch();
    },
    deleted: (object: T) => {
      set(object, false);
      touch();
    },
  });
  const serviceInformer = createInformer(api, 'services', follow(setService));
  const sliceInformer = createInformer(api, 'endpointslices', follow(setSlice));
  const namespaces = createInformer(api, 'namespaces', {});
  const pods = options.pods ? createInformer(api, 'pods', {}) : undefined;
  // The first events are on their way in this instant; what is queued after them sees them all.
  const cancelSync = clock.after(0, () => {
    synced = true;
  });

  return {
    synced: () => synced,
    serial: () => Math.floor((options.epochMs + modifiedMs) / 1000),
    namespaceExists: (name) => namespaces.get('', name) !== undefined,
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    endpoints: (namespace, service) => slicesByService.get(`${namespace}/${service}`),
    servicesByIP: (address) => servicesByIP.get(address),
    endpointsByIP: (address) => slicesByIP.get(address),
    podExists: (namespace, address) =>
      pods?.list(namespace).some(({ status }) => status?.podIP === address) ?? false,
    stop() {
      cancelSync();
      serviceInformer.stop();
      sliceInformer.stop();
      namespaces.stop();
      pods?.stop();
    },
  };
}

function serviceData({ metadata, spec }: Service): ServiceData {
  const ports = (spec.ports ?? []).map(({ name, protocol, port }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port,
  }));
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    type: spec.type ?? 'ClusterIP',
    clusterIPs: spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []),
    ports: ports.length > 0 ? ports : NO_PORTS,
    ...(spec.externalName && { externalName: spec.externalName }),
  };
}

/** Only ready addresses are published (`ready` left out counts as true); publishNotReadyAddresses sets it in the slice. */
function endpointsData({ metadata, endpoints, ports }: EndpointSlice): EndpointsData | undefined {
  const service = metadata.labels?.[SERVICE_NAME];
  if (service === undefined) return undefined;
  const known = (ports ?? []).map(({ name, protocol, port }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port: port ?? -1,
  }));
  return {
    service,
    namespace: metadata.namespace ?? '',
    addresses: (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready ?? true)
      .flatMap(({ addresses, hostname, targetRef }) =>
        addresses.map((ip) => ({
          ip,
          ...(hostname && { hostname }),
          ...(targetRef?.name && { pod: targetRef.name }),
        })),
      ),
    ports: known.length > 0 ? known : NO_PORTS,
  };
}

function createIndex<T>() {
  const entries = new Map<string, T[]>();
  return {
    get: (key: string): readonly T[] => entries.get(key) ?? [],
    add(key: string, value: T): void {
      const list = entries.get(key);
      if (list) list.push(value);
      else entries.set(key, [value]);
    },
    remove(key: string, value: T): void {
      const left = (entries.get(key) ?? []).filter((each) => each !== value);
      if (left.length > 0) entries.set(key, left);
      else entries.delete(key);
    },
  };
}
