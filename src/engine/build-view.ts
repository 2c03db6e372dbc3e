import { type ObjectReference, type Pod, type Service, summarizePod } from './api/index.ts';
import type { ApiClient } from './apiserver/index.ts';
import type { ClusterView, NodeView, PodView, ServiceView } from './cluster-view.ts';

/** What the machines know that the API server does not. */
export interface MachineFacts {
  readonly time: number;
  readonly nodeCIDR: string;
  readonly gateway: string;
  /** The bridge on a node, once a pod has come. */
  bridge(node: string): { readonly name: string; readonly address: string } | undefined;
  /** The node's end of a pod's veth pair. */
  veth(netns: string): string | undefined;
  /** The image is in no table. */
  isGeneric(image: string): boolean;
}

/** Draws the cluster as it is now, from the API server's objects and the machines' devices. */
export function buildView(api: ApiClient, machines: MachineFacts): ClusterView {
  const pods = api.list('pods').map((pod) => podView(api, pod, machines));
  return {
    time: machines.time,
    nodeCIDR: machines.nodeCIDR,
    gateway: machines.gateway,
    nodes: api.list('nodes').map((node): NodeView => {
      const bridge = machines.bridge(node.metadata.name);
      return {
        name: node.metadata.name,
        address: node.status?.addresses?.find((address) => address.type === 'InternalIP')?.address ?? '',
        podCIDR: node.spec.podCIDR ?? '',
        role:
          node.metadata.labels?.['node-role.kubernetes.io/control-plane'] !== undefined
            ? 'control-plane'
            : 'worker',
        ready:
          node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
        ...(bridge ? { bridge } : {}),
      };
    }),
    pods,
    services: api.list('services').map((service) => serviceView(api, service)),
  };
}

function podView(api: ApiClient, pod: Pod, machines: MachineFacts): PodView {
  const { name, namespace = '', labels = {} } = pod.metadata;
  const hostNetwork = pod.spec.hostNetwork ?? false;
  const netns = hostNetwork ? pod.spec.nodeName : `${namespace}/${name}`;
  const veth = hostNetwork ? undefined : machines.veth(`${namespace}/${name}`);
  const owner = topOwner(api, pod);
  const genericImages = pod.spec.containers.flatMap(({ image }) =>
    image !== undefined && machines.isGeneric(image) ? [image] : [],
  );
  return {
    namespace,
    name,
    labels,
    hostNetwork,
    status: summarizePod(pod).status,
    containers: [
      ...(pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'),
      ...pod.spec.containers,
    ].map((container) => container.name),
    ready: pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    ...(pod.spec.nodeName ? { node: pod.spec.nodeName } : {}),
    ...(pod.status?.podIP ? { ip: pod.status.podIP } : {}),
    ...(netns && pod.status?.podIP ? { netns } : {}),
    ...(veth ? { veth } : {}),
    ...(owner ? { owner } : {}),
    ...(genericImages.length > 0 ? { genericImages } : {}),
  };
}

/** A pod's controller, or that controller's own (the Deployment of its ReplicaSet). */
function topOwner(api: ApiClient, pod: Pod): ObjectReference | undefined {
  const namespace = pod.metadata.namespace ?? '';
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller);
  if (!owner) return undefined;
  const set = owner.kind === 'ReplicaSet' ? api.get('replicasets', namespace, owner.name) : undefined;
  const above = set?.ok
    ? set.object.metadata.ownerReferences?.find((reference) => reference.controller)
    : undefined;
  const { apiVersion, kind, name } = above ?? owner;
  return { apiVersion, kind, namespace, name };
}

function serviceView(api: ApiClient, service: Service): ServiceView {
  const { name, namespace = '' } = service.metadata;
  const {
    type = 'ClusterIP',
    clusterIP,
    ports = [],
    selector,
    externalName,
    externalIPs = [],
  } = service.spec;
  const balancers = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  const slices = api.list('endpointslices', {
    namespace,
    labelSelector: `kubernetes.io/service-name=${name}`,
  });
  return {
    namespace,
    name,
    type,
    ...(clusterIP ? { clusterIP } : {}),
    ...(externalName ? { externalName } : {}),
    externalAddresses: [...balancers, ...externalIPs],
    ports: ports.map((port) => ({
      ...(port.name ? { name: port.name } : {}),
      protocol: port.protocol ?? 'TCP',
      port: port.port,
      targetPort: port.targetPort ?? port.port,
      ...(port.nodePort ? { nodePort: port.nodePort } : {}),
    })),
    ...(selector ? { selector } : {}),
    endpoints: slices.flatMap((slice) =>
      slice.endpoints.flatMap(({ addresses, conditions, targetRef }) =>
        addresses.map((address) => ({
          address,
          ready: conditions?.ready ?? true,
          ...(targetRef?.kind === 'Pod' && targetRef.name ? { pod: targetRef.name } : {}),
        })),
      ),
    ),
  };
}
