import type { ProxyEndpoint } from './endpoint.ts';

/** The endpoints of a Service's port that one node uses. Undefined: the port never uses endpoints of that kind. */
export interface CategorizedEndpoints<E> {
  readonly cluster: readonly E[] | undefined;
  readonly local: readonly E[] | undefined;
  /** Those of `cluster` and `local` together. */
  readonly allReachable: readonly E[];
  /** Whether any node could reach any endpoint. */
  readonly hasAny: boolean;
}

export type TopologyMode = '' | 'PreferSameNode' | 'PreferSameZone';

type Readiness = Pick<
  ProxyEndpoint,
  'name' | 'ready' | 'serving' | 'terminating' | 'zoneHints' | 'nodeHints' | 'nodeName'
>;

export interface NodeTopology {
  readonly nodeName: string;
  /** The label topology.kubernetes.io/zone; '' when the node has none. */
  readonly zone: string;
}

/**
 * Chooses the endpoints that a node uses for each traffic policy. Models CategorizeEndpoints
 * (pkg/proxy/topology.go, v1.36): ready endpoints that the hints allow; for each policy on its own, serving ones that
 * are terminating when there is no ready one.
 */
export function categorizeEndpoints<E extends Readiness>(
  endpoints: readonly E[],
  port: { readonly usesClusterEndpoints: boolean; readonly usesLocalEndpoints: boolean },
  node: NodeTopology,
): CategorizedEndpoints<E> {
  if (endpoints.length === 0)
    return { cluster: undefined, local: undefined, allReachable: [], hasAny: false };

  let cluster: readonly E[] | undefined;
  let mode: TopologyMode = '';
  if (port.usesClusterEndpoints) {
    mode = topologyModeFromHints(endpoints, node);
    cluster = endpoints.filter((endpoint) => endpoint.ready && availableForTopology(endpoint, mode, node));
    if (cluster.length === 0) cluster = endpoints.filter(isTerminatingButServing);
  }
  const hasCluster = cluster !== undefined && cluster.length > 0;
  if (!port.usesLocalEndpoints)
    return { cluster, local: undefined, allReachable: cluster ?? [], hasAny: hasCluster };

  const onThisNode = endpoints.filter((endpoint) => endpoint.nodeName === node.nodeName);
  const ready = onThisNode.filter((endpoint) => endpoint.ready);
  const local = ready.length > 0 ? ready : onThisNode.filter(isTerminatingButServing);
  const hasAny =
    hasCluster || endpoints.some((endpoint) => endpoint.ready || isTerminatingButServing(endpoint));
  if (!cluster) return { cluster, local, allReachable: local, hasAny };

  const known = new Set(cluster.map((endpoint) => endpoint.name));
  const allReachable = [...cluster, ...local.filter((endpoint) => !known.has(endpoint.name))];
  return { cluster, local, allReachable, hasAny };
}

/**
 * The node's mode: same-node when every ready endpoint has a node hint and one is for this node; else same-zone
 * likewise; else none (topologyModeFromHints).
 */
export function topologyModeFromHints<E extends Readiness>(
  endpoints: readonly E[],
  { nodeName, zone }: NodeTopology,
): TopologyMode {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length === 0) return '';
  if (
    ready.every(({ nodeHints }) => nodeHints.length > 0) &&
    ready.some(({ nodeHints }) => nodeHints.includes(nodeName))
  ) {
    return 'PreferSameNode';
  }
  if (
    ready.every(({ zoneHints }) => zoneHints.length > 0) &&
    ready.some(({ zoneHints }) => zoneHints.includes(zone))
  ) {
    return 'PreferSameZone';
  }
  return '';
}

function availableForTopology(
  endpoint: Readiness,
  mode: TopologyMode,
  { nodeName, zone }: NodeTopology,
): boolean {
  if (mode === 'PreferSameNode') return endpoint.nodeHints.includes(nodeName);
  if (mode === 'PreferSameZone') return endpoint.zoneHints.includes(zone);
  return true;
}

function isTerminatingButServing(endpoint: Readiness): boolean {
  return endpoint.serving && endpoint.terminating;
}
