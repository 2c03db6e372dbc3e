import type { ClusterView, NodeView, PodView, ServiceView, Station } from '../engine/index.ts';
import type { Trip } from '../lab/protocol.ts';
import type { Place } from './place.ts';

/** Who is on the map. */
export interface Cast {
  /** The client's node first, then the server's, then the others. */
  readonly nodes: readonly CastNode[];
  /** What the nodes without a part hold, when there are too many to draw. */
  readonly folded: { readonly nodes: number; readonly pods: number };
  /** The learner's pods that no node has taken yet. */
  readonly unscheduled: readonly PodView[];
  /** The Service that the open exchange asks, or the learner's first one. */
  readonly service: ServiceView | undefined;
  /** The learner's other Services. */
  readonly others: readonly ServiceView[];
  /** Machines beyond the router that take part in a trip. */
  readonly outside: readonly Station[];
  readonly trip: Trip | undefined;
  /** The network namespaces that all the trips pass through: they are on the map. */
  readonly touched: ReadonlySet<string>;
  /** Those of the open exchange: they are drawn strong. All of them while nothing travels. */
  readonly active: ReadonlySet<string>;
}

export interface CastNode {
  readonly view: NodeView;
  readonly pods: readonly PodView[];
  /** The learner's pods that live in the node's own network namespace. */
  readonly hostPods: readonly PodView[];
}

/** So many nodes are drawn; those on a trip are never left out. */
const NODES = 5;
/** So many pods of a node that only keeps another company. */
const COMPANY = 3;

/** Chooses what a map of these trips shows; nodes and pods without a part in them are there only if the learner's. */
export function castOf(view: ClusterView, trips: readonly Trip[], place: Place | undefined): Cast {
  const all = flat(trips);
  const trip = all.find(({ exchange }) => exchange.id === place?.exchange) ?? trips.at(-1);
  const touched = new Set(all.flatMap(netnsOf));
  const pods = view.pods.filter((pod) => pod.node && !pod.hostNetwork);
  const hostPods = view.pods.filter((pod) => pod.node && pod.hostNetwork && !isSystem(pod.namespace));
  const shownPods = pods.filter((pod) => touched.has(keyOf(pod)) || !isSystem(pod.namespace));
  // Where there is room, the system's own pods are shown too, once their node is.
  const busy = new Set([...shownPods, ...hostPods].map(({ node }) => node));
  const few = pods.filter(
    (pod) =>
      isSystem(pod.namespace) &&
      !touched.has(keyOf(pod)) &&
      busy.has(pod.node) &&
      shownPods.filter(({ node }) => node === pod.node).length < 3,
  );
  const wanted = new Set([...shownPods, ...few]);

  const leads = [nodeOf(trips, 'first', view), nodeOf(trips, 'last', view)];
  const onTrip = (node: NodeView) =>
    touched.has(node.name) || pods.some((pod) => pod.node === node.name && touched.has(keyOf(pod)));
  const ranked = view.nodes
    .filter(
      (node) => touched.has(node.name) || busy.has(node.name) || (node.role === 'worker' && busy.size === 0),
    )
    .sort((a, b) => rank(a, leads, onTrip) - rank(b, leads, onTrip));
  const nodes = ranked
    .filter((node, index) => index < NODES || onTrip(node))
    .map(
      (node): CastNode => ({
        view: node,
        pods: pods.filter((pod) => pod.node === node.name && wanted.has(pod)).sort(byAddress),
        hostPods: hostPods.filter((pod) => pod.node === node.name),
      }),
    );
  const drawn = new Set(nodes.map((node) => node.view.name));
  const left = ranked.filter(({ name }) => !drawn.has(name));
  const folded = {
    nodes: left.length,
    pods: left.reduce((sum, { name }) => sum + shownPods.filter((pod) => pod.node === name).length, 0),
  };
  const worker = view.nodes.filter(({ role }) => role === 'worker');
  // One node alone is no network: another keeps it company, with what runs there.
  for (const node of nodes.length < 2 ? worker : []) {
    if (nodes.some((other) => other.view === node) || nodes.length >= 2) continue;
    const own = pods.filter((pod) => pod.node === node.name).sort(byAddress);
    nodes.push({ view: node, pods: own.slice(0, COMPANY), hostPods: [] });
  }
  const active = new Set(
    trip ? netnsOf(trip) : nodes.flatMap((node) => [node.view.name, ...node.pods.map(keyOf)]),
  );
  const service = serviceOf(view, trip);
  return {
    nodes,
    folded,
    unscheduled: view.pods.filter((pod) => !pod.node && !isSystem(pod.namespace)),
    service,
    others: view.services.filter((each) => each !== service && isLearners(each)),
    outside: outsideOf(all, view),
    trip,
    touched,
    active,
  };
}

function netnsOf({ exchange }: Trip): readonly string[] {
  return exchange.packets.flatMap(({ trace }) => trace.hops.map(({ netns }) => netns));
}

function flat(trips: readonly Trip[]): readonly Trip[] {
  return trips.flatMap((trip) => [trip, ...flat(trip.caused)]);
}

/** The machines of the outside that the trips come to, the router between not among them. */
function outsideOf(trips: readonly Trip[], view: ClusterView): readonly Station[] {
  const machines = new Map<string, Station>();
  for (const { packets } of trips)
    for (const { stations } of packets)
      for (const station of stations)
        if (station.kind === 'outside' && station.address !== view.gateway)
          machines.set(station.netns, station);
  return [...machines.values()].slice(0, OUTSIDE);
}

const OUTSIDE = 4;

/** Kubernetes' own namespaces: their pods are shown where they take part. */
export function isSystem(namespace: string): boolean {
  return namespace.startsWith('kube-') || namespace === 'local-path-storage';
}

function isLearners({ namespace, name }: ServiceView): boolean {
  return !isSystem(namespace) && !(namespace === 'default' && name === 'kubernetes');
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

function rank(
  node: NodeView,
  leads: readonly (string | undefined)[],
  onTrip: (node: NodeView) => boolean,
): number {
  const lead = leads.indexOf(node.name);
  if (lead >= 0) return lead;
  return (onTrip(node) ? 2 : 4) + (node.role === 'worker' ? 0 : 1);
}

/** The Service whose address was asked for: its own, a balancer's, or a node's with its port. */
function serviceOf(view: ClusterView, trip: Trip | undefined): ServiceView | undefined {
  const asked = trip?.exchange.destination;
  const nodes = new Set(view.nodes.map(({ address }) => address));
  const found =
    asked &&
    view.services.find(
      ({ clusterIP, externalAddresses, ports }) =>
        clusterIP === asked.address ||
        externalAddresses.includes(asked.address) ||
        (nodes.has(asked.address) && ports.some(({ nodePort }) => nodePort === asked.port)),
    );
  if (found || trip) return found;
  const own = view.services.filter(isLearners);
  return own.find(hasAddress) ?? own[0];
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
    ...pods.filter((pod) => touched.has(keyOf(pod))),
    ...pods.filter((pod) => !touched.has(keyOf(pod))),
  ];
  const kept = new Set(first.slice(0, Math.max(1, room - 1)));
  return { shown: pods.filter((pod) => kept.has(pod)), more: pods.length - kept.size };
}

/** What a pod is found by on the map: its network namespace, or what that will be called once there is one. */
export function keyOf({ netns, namespace, name }: PodView): string {
  return netns ?? `${namespace}/${name}`;
}

/** How a pod is drawn that cannot be reached as it should. */
export type PodState = 'ready' | 'waiting' | 'failing' | 'ending';

const FAILING = /Error|Crash|BackOff|Invalid|OOM|Evicted|Unknown|Failed/;

export function stateOf({ status, ready }: PodView): PodState {
  if (status === 'Terminating' || status === 'Completed' || status === 'Succeeded') return 'ending';
  if (FAILING.test(status)) return 'failing';
  return ready ? 'ready' : 'waiting';
}

/** What is written under a pod's name: its address, or what keeps it from having a use for one. */
export function underName(pod: PodView): { readonly text: string; readonly tone: 'address' | 'note' } {
  const state = stateOf(pod);
  if (state === 'ready' || (state === 'waiting' && pod.status === 'Running'))
    return { text: pod.ip ?? pod.status, tone: 'address' };
  return { text: pod.status, tone: 'note' };
}
