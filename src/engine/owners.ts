import type { ObjectReference, Pod } from './api/index.ts';
import type { ApiClient } from './apiserver/index.ts';
import type { KubeProxy } from './kubeproxy/index.ts';
import { BALANCER } from './outside.ts';
import type { PodNetworks } from './pod-network.ts';
import type { Owner, Owners } from './traceflow/index.ts';

export interface OwnerSources {
  readonly api: ApiClient;
  readonly proxies: ReadonlyMap<string, KubeProxy>;
  readonly podNetworks: PodNetworks;
  ofNetns(netns: string): ObjectReference | undefined;
}

/** Asks those who wrote the machines' rules and routes for whom they did: kube-proxy, the CNI plugins, the cloud. */
export function createOwners({ api, proxies, podNetworks, ofNetns }: OwnerSources): Owners {
  return {
    ofNetns,
    ofRule: (netns, { text, element }) =>
      proxies.get(netns)?.ownersOf(text, element) ?? hostPortOwners(netns, text),
    ofRoute(_netns, route) {
      if (route.owner === BALANCER) return balancerOwner(api, route.destination);
      const node = podNetworks.nodeOfRoute(route);
      return node === undefined
        ? undefined
        : { object: { apiVersion: 'v1', kind: 'Node', name: node }, field: 'spec.podCIDR' };
    },
  };

  /** The line of the pod's manifest that asked for a host port. */
  function hostPortOwners(node: string, line: string): readonly Owner[] {
    const port = podNetworks.hostPortOf(node, line);
    const object = port && ofNetns(port.netns);
    if (!port || !object?.namespace) return [];
    const pod = api.get('pods', object.namespace, object.name);
    const { hostPort, protocol } = port.mapping;
    const field = pod.ok ? fieldOfHostPort(pod.object, hostPort, protocol) : undefined;
    return [{ object, ...(field && { field }), purpose: 'host-port' }];
  }
}

function fieldOfHostPort({ spec }: Pod, hostPort: number, protocol: string): string | undefined {
  for (const [container, { ports = [] }] of spec.containers.entries()) {
    const port = ports.findIndex(
      (each) => each.hostPort === hostPort && (each.protocol ?? 'TCP').toLowerCase() === protocol,
    );
    if (port !== -1) return `spec.containers[${container}].ports[${port}].hostPort`;
  }
  return undefined;
}

/** The Service that the provider's balancer has the address for. */
function balancerOwner(api: ApiClient, destination: string): Owner | undefined {
  const address = destination.split('/')[0];
  const service = api
    .list('services')
    .find(({ status }) => status?.loadBalancer?.ingress?.some(({ ip }) => ip === address));
  if (!service) return undefined;
  const { namespace, name } = service.metadata;
  return {
    object: { apiVersion: 'v1', kind: 'Service', ...(namespace && { namespace }), name },
    field: 'status.loadBalancer',
  };
}
