import type { ClusterView, NodeView, PodView, ServiceView } from '../engine/index.ts';
import type { Trip } from '../lab/protocol.ts';
import type { Place } from './place.ts';

/** Who is on the map. */
export interface Cast {
  /** The client's node first, then the server's, then the others. */
  readonly nodes: readonly CastNode[];
  /** The Service that the open exchange asks, or the learner's first one. */
  readonly service: ServiceView | undefined;
  readonly trip: Trip | undefined;
  /** The network namespaces that all the trips pass through: they are on the map. */
  readonly touched: ReadonlySet<string>;
  /** Those of the open exchange: they are drawn strong. All of them while nothing travels. */
  readonly active: ReadonlySet<string>;
}

export interface CastNode {
  readonly view: NodeView;
  readonly pods: readonly PodView[];
}

/** Chooses what a map of these trips shows; nodes and pods without a part in them are there only if the learner's. */
export function castOf(view: ClusterView, trips: readonly Trip[], place: Place | undefined): Cast {
  const all = flat(trips);
  const trip = all.find(({ exchange }) => exchange.id === place?.exchange) ?? trips.at(-1);
  const touched = new Set(all.flatMap(netnsOf));
  const pods = view.pods.filter((pod) => pod.node && pod.netns && !pod.hostNetwork);
  const shownPods = pods.filter((pod) => touched.has(pod.netns!) || !isSystem(pod.namespace));
  // Where there is room, the system's own pods are shown too, once their node is.
  const busy = new Set(shownPods.map(({ node }) => node));
  const few = pods.filter(
    (pod) =>
      isSystem(pod.namespace) &&
      !touched.has(pod.netns!) &&
      busy.has(pod.node) &&
      shownPods.filter(({ node }) => node === pod.node).length < 3,
  );
  const wanted = new Set([...shownPods, ...few]);

  const leads = [nodeOf(trips, 'first', view), nodeOf(trips, 'last', view)];
  const nodes = view.nodes
    .filter(
      (node) => touched.has(node.name) || busy.has(node.name) || (node.role === 'worker' && busy.size === 0),
    )
    .sort((a, b) => rank(a, leads) - rank(b, leads))
    .map((node) => ({
      view: node,
      pods: pods.filter((pod) => pod.node === node.name && wanted.has(pod)).sort(byAddress),
    }));
  const worker = view.nodes.filter(({ role }) => role === 'worker');
  // One node alone is no network: the others keep it company, empty as they may be.
  for (const node of nodes.length < 2 ? worker : []) {
    if (!nodes.some((other) => other.view === node) && nodes.length < 2) nodes.push({ view: node, pods: [] });
  }
  const active = new Set(
    trip ? netnsOf(trip) : nodes.flatMap((node) => [node.view.name, ...node.pods.map(({ netns }) => netns!)]),
  );
  return { nodes, service: serviceOf(view, trip), trip, touched, active };
}

function netnsOf({ exchange }: Trip): readonly string[] {
  return exchange.packets.flatMap(({ trace }) => trace.hops.map(({ netns }) => netns));
}

function flat(trips: readonly Trip[]): readonly Trip[] {
  return trips.flatMap((trip) => [trip, ...flat(trip.caused)]);
}

/** Kubernetes' own namespaces: their pods are shown where they take part. */
export function isSystem(namespace: string): boolean {
  return namespace.startsWith('kube-') || namespace === 'local-path-storage';
}

/** The node where the last request sets out, or the one where it arrives. */
function nodeOf(trips: readonly Trip[], end: 'first' | 'last', view: ClusterView): string | undefined {
  const hops = trips.at(-1)?.exchange.packets.find(({ direction }) => direction === 'out')?.trace.hops ?? [];
  const ordered = end === 'first' ? hops : [...hops].reverse();
  for (const { netns } of ordered) {
    const node =
      view.pods.find((pod) => pod.netns === netns)?.node ??
      view.nodes.find(({ name }) => name === netns)?.name;
    if (node) return node;
  }
  return undefined;
}

function rank(node: NodeView, leads: readonly (string | undefined)[]): number {
  const lead = leads.indexOf(node.name);
  return lead >= 0 ? lead : node.role === 'worker' ? 2 : 3;
}

function serviceOf(view: ClusterView, trip: Trip | undefined): ServiceView | undefined {
  const asked = trip?.exchange.destination;
  const found =
    asked &&
    view.services.find(
      ({ clusterIP, ports }) =>
        clusterIP === asked.address ||
        ports.some(({ nodePort }) => nodePort !== undefined && nodePort === asked.port),
    );
  if (found || trip) return found;
  return view.services.find(
    (service) => !isSystem(service.namespace) && service.name !== 'kubernetes' && hasAddress(service),
  );
}

export function hasAddress({ clusterIP }: ServiceView): boolean {
  return clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
}

/** 100.96.1.9 before 100.96.1.10. */
function byAddress(a: PodView, b: PodView): number {
  const value = ({ ip = '' }: PodView) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return value(a) - value(b) || a.name.localeCompare(b.name);
}

/** What of a node's pods fits in `room` places: those on a trip first; the last place counts the rest. */
export function fitting(
  pods: readonly PodView[],
  room: number,
  touched: ReadonlySet<string>,
): { readonly shown: readonly PodView[]; readonly more: number } {
  if (pods.length <= room) return { shown: pods, more: 0 };
  const first = [
    ...pods.filter(({ netns }) => touched.has(netns!)),
    ...pods.filter(({ netns }) => !touched.has(netns!)),
  ];
  const kept = new Set(first.slice(0, Math.max(1, room - 1)));
  return { shown: pods.filter((pod) => kept.has(pod)), more: pods.length - kept.size };
}
