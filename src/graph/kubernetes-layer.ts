import type { ClusterView, Message, PodView, ServiceView } from '../engine/index.ts';
import { type Board, createBoard, readyEndpoints, serviceAddress } from './board.ts';
import { type Cast, type CastNode, fitting, isSystem, keyOf, stateOf } from './cast.ts';
import { fan } from './fan.ts';
import type { Point } from './geometry.ts';
import { drawMargins } from './margins.ts';
import type { Scene } from './scene.ts';
import { ellipsis } from './short-names.ts';

const MARGIN = 20;
const ROW = 50;
const ROWS = 4;
/** Between two Services in their column: a station, and three lines of text under it. */
const SERVICE = 128;

interface Band {
  readonly node: CastNode;
  readonly y: number;
  readonly height: number;
  readonly left: readonly PodView[];
  readonly right: readonly PodView[];
  readonly more: number;
}

/** A Service, and where it stands. */
interface Placed {
  readonly view: ServiceView;
  /** Its name; with its namespace where another Service beside it has the same. */
  readonly label: string;
  readonly at: Point;
}

/** Where the columns stand, by the width that there is. */
function columns(width: number) {
  const small = width < 700;
  return {
    small,
    margin: small ? 8 : MARGIN,
    left: small ? 52 : Math.round(width * 0.16),
    service: small ? Math.round(width * 0.46) : Math.round(width * 0.5),
    right: small ? width - 64 : Math.round(width * 0.72),
  };
}

type Columns = ReturnType<typeof columns>;

/**
 * The Kubernetes layer: the same trip told with objects. Nodes are bands; whoever asks is on the left, endpoints on
 * the right, and the Service between them is a station that the line passes through. Several Services stand in a
 * gutter of their own: they belong to no node.
 */
export function kubernetesLayer(
  view: ClusterView,
  cast: Cast,
  names: ReadonlyMap<string, string>,
  available: number,
): Scene {
  const width = Math.round(Math.max(328, Math.min(1080, available)));
  const at = columns(width);
  const board = createBoard();
  const room = at.small ? 2 : 3;
  const others = cast.others.slice(0, room);
  const listed = view.services.filter((each) => each === cast.service || others.includes(each));
  const bands = placeBands(cast, listed, at.small);
  const last = bands.at(-1)!;
  const bottom = last.y + last.height;
  for (const band of bands) drawBand(board, band, cast, names, width, at);
  const services = placeServices(listed, bands, at, bottom);
  if (services.length > 1) drawGutter(board, bands[0]!.y, bottom, at);
  for (const service of services)
    drawService(board, service, service.view === cast.service, bands, at, services.length === 1);
  if (!at.small && services.length === 1) drawOwners(board, view, cast, bands, at);
  const hidden = cast.others.length - others.length;
  if (hidden > 0) {
    const message = { id: 'graph.services-more', values: { count: hidden } };
    board.label('services-more', { x: at.service, y: bottom - 10 }, message, 'note', 'middle');
  }
  const main = services.find((service) => service.view === cast.service);
  drawStrangers(board, view, cast, bands, main?.at.y ?? Math.round((bands[0]!.y + bottom) / 2), at);
  const end = drawMargins(board, cast, names, { x: at.margin, y: bottom, width: width - 2 * at.margin });
  return board.finish({ layer: 'kubernetes', width, height: end + 16 }, 'y', () => []);
}

function placeBands(cast: Cast, services: readonly ServiceView[], small: boolean): readonly Band[] {
  const behind = new Set(services.flatMap((service) => [...readyEndpoints(service)]));
  const hops = cast.trip?.exchange.packets.find(({ direction }) => direction === 'out')?.trace.hops ?? [];
  const [asks, answers] = [hops[0]?.netns, hops.at(-1)?.netns];
  const onRight = (pod: PodView) =>
    keyOf(pod) === answers || (keyOf(pod) !== asks && behind.has(pod.ip ?? ''));
  const step = small ? ROW + 10 : ROW;
  const least = services.length > 1 ? (services.length * SERVICE) / cast.nodes.length - 28 : 0;
  let y = 16;
  return cast.nodes.map((node) => {
    const hosts = node.hostPods.filter(({ name }) =>
      services.some(({ endpoints }) => endpoints.some(({ pod }) => pod === name)),
    );
    const all = [...node.pods, ...hosts];
    const { shown, more } = fitting(all.filter(onRight), ROWS, cast.touched);
    const asking = all.filter(
      (pod) => !onRight(pod) && (cast.active.has(keyOf(pod)) || !isSystem(pod.namespace)),
    );
    const left = fitting(asking, ROWS, cast.active).shown;
    const rows = Math.max(1, left.length, shown.length + (more > 0 ? 1 : 0));
    const height = Math.max(72 + rows * step, Math.round(least));
    const band = { node, y, height, left, right: shown, more };
    y += height + 28;
    return band;
  });
}

function rowsOf(band: Band, count: number, small: boolean): readonly number[] {
  const step = small ? ROW + 10 : ROW;
  const middle = band.y + 14 + band.height / 2;
  return Array.from({ length: count }, (_, index) => Math.round(middle + (index - (count - 1) / 2) * step));
}

function drawBand(
  board: Board,
  band: Band,
  cast: Cast,
  names: ReadonlyMap<string, string>,
  width: number,
  at: Columns,
): void {
  const { name } = band.node.view;
  board.zone(name, { x: at.margin, y: band.y, width: width - 2 * at.margin, height: band.height });
  // Beside the Service's own name there is room on the right only, when the map is narrow.
  const corner = at.small ? width - at.margin - 16 : at.margin + 18;
  board.label(`${name}/name`, { x: corner, y: band.y + 21 }, name, 'zone', at.small ? 'end' : 'start');
  const draw = (pod: PodView, x: number, y: number, right: boolean): void => {
    board.pod(pod, { x, y }, { x, y }, { off: !cast.active.has(keyOf(pod)), ring: false });
    const label = ellipsis(names.get(keyOf(pod)) ?? pod.name, 13);
    const beside = right && !at.small;
    const place = beside ? { x: x + 22, y } : { x, y: y + 25 };
    board.label(`${keyOf(pod)}/name`, place, label, 'name', beside ? 'start' : 'middle');
    if (stateOf(pod) === 'ready' || at.small) return;
    const note = { x: x + 22, y: beside ? y + 17 : y };
    board.label(`${keyOf(pod)}/state`, note, ellipsis(pod.status, 18), 'note', 'start');
  };
  const left = rowsOf(band, band.left.length, at.small);
  band.left.forEach((pod, index) => {
    draw(pod, at.left, left[index]! - 4, false);
  });
  const right = rightRows(band, at);
  band.right.forEach((pod, index) => {
    draw(pod, at.right, right[index]!, true);
  });
  if (band.more === 0) return;
  const place = { x: at.right, y: right.at(-1)! };
  const message = { id: 'graph.more.name', values: { count: band.more, node: name } };
  board.stop({ id: `more:${name}`, kind: 'more', ...place, off: true, ring: false, name: message });
  const text = { id: 'graph.more', values: { count: band.more } };
  board.label(`${name}/more`, { x: at.right + 22, y: place.y }, text, 'name', 'start');
}

function rightRows(band: Band, at: Columns): readonly number[] {
  return rowsOf(band, band.right.length + (band.more > 0 ? 1 : 0), at.small).map((y) => y - 4);
}

/** One Service stands in the gap after the first band, where it belongs to no node; several share out the height. */
function placeServices(
  services: readonly ServiceView[],
  bands: readonly Band[],
  at: Columns,
  bottom: number,
): readonly Placed[] {
  const first = bands[0]!;
  const label = ({ namespace, name }: ServiceView) =>
    services.filter((other) => other.name === name).length > 1 ? `${namespace}/${name}` : name;
  if (services.length === 1) {
    const y = bands.length > 1 ? first.y + first.height + 14 : Math.round(bottom / 2);
    return services.map((view) => ({ view, label: label(view), at: { x: at.service, y } }));
  }
  const share = (bottom - first.y) / services.length;
  return services.map((view, index) => ({
    view,
    label: label(view),
    at: { x: at.service, y: Math.round(first.y + share * (index + 0.5)) - 18 },
  }));
}

function drawGutter(board: Board, top: number, bottom: number, at: Columns): void {
  const half = at.small ? 62 : 104;
  board.zone(
    'services',
    { x: at.service - half, y: top - 4, width: 2 * half, height: bottom - top + 8 },
    'gutter',
  );
}

function drawService(
  board: Board,
  { view, at: centre, label }: Placed,
  main: boolean,
  bands: readonly Band[],
  at: Columns,
  alone: boolean,
): void {
  const id = `service/${view.namespace}/${view.name}`;
  board.service(view, centre, main);
  const selector = Object.entries(view.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (alone && selector.length > 0 && !at.small) {
    const text = `selector ${ellipsis(selector.join(','), 30)}`;
    board.label('selector', { x: centre.x, y: centre.y - 38 }, text, 'note', 'middle');
  }
  const x = at.small && alone ? centre.x - 34 : centre.x;
  const [name, address] = [ellipsis(label, at.small ? 15 : 26), addressOf(view, at.small && !alone)];
  board.label(id, { x, y: centre.y + 36 }, name, 'name', 'middle');
  board.label(
    `${id}/ip`,
    { x, y: centre.y + 54 },
    ellipsis(address, at.small ? 17 : 26),
    'address',
    'middle',
  );
  const kind = kindOf(view);
  if (kind && !at.small) board.label(`${id}/kind`, { x, y: centre.y + 71 }, kind, 'note', 'middle');
  const ready = readyEndpoints(view);
  for (const band of bands) {
    const rows = rightRows(band, at);
    band.right.forEach((pod, index) => {
      if (!ready.has(pod.ip ?? '')) return;
      board.wire(`${id}/${keyOf(pod)}`, 'link', fan(centre, { x: at.right, y: rows[index]! }), 16);
    });
  }
}

/** In a narrow gutter there is no room for the port. */
function addressOf(view: ServiceView, short: boolean): string {
  const whole = serviceAddress(view);
  return short && whole.startsWith(`${view.clusterIP}:`) ? view.clusterIP! : whole;
}

/** What its type adds to a ClusterIP: `NodePort 30080`, `LoadBalancer 203.0.113.1`. */
function kindOf({ type, ports, externalAddresses }: ServiceView): string | undefined {
  if (type === 'NodePort') return `NodePort ${ports[0]?.nodePort ?? ''}`;
  if (type === 'LoadBalancer') return `LoadBalancer ${externalAddresses[0] ?? '<pending>'}`;
  return type === 'ExternalName' ? type : undefined;
}

/**
 * Whoever asks, or is asked, without being a pod: a machine outside stands in no band, beside the Service; a node's own
 * shell or server stands in its node's band.
 */
function drawStrangers(
  board: Board,
  view: ClusterView,
  cast: Cast,
  bands: readonly Band[],
  between: number,
  at: Columns,
): void {
  const exchange = cast.trip?.exchange;
  const out = exchange?.packets.find(({ direction }) => direction === 'out')?.trace;
  if (!exchange || !out) return;
  const draw = (netns: string, address: string, side: 'left' | 'right'): void => {
    const band = bands.find(({ node }) => node.view.name === netns);
    const known = cast.outside.find((station) => station.netns === netns);
    const taken = band && band[side].length > 0 ? 110 : 0;
    const x = side === 'left' ? at.left + taken : at.right - taken;
    const y = band ? Math.round(band.y + band.height / 2) : between;
    const name = band ? netns : known?.name;
    board.machine({ netns, name: name ?? netns, address }, { x, y }, false, band ? 'decision' : 'outside');
    const text = name ?? { id: 'graph.outside', values: {} };
    board.label(`stranger/${netns}`, { x, y: y + 30 }, text, 'name', 'middle');
    if (!at.small) board.label(`stranger/${netns}/ip`, { x, y: y + 47 }, address, 'address', 'middle');
  };
  const { client, destination } = exchange;
  if (!view.pods.some(({ netns, hostNetwork }) => netns === client.netns && !hostNetwork))
    draw(client.netns, client.address, 'left');
  const last = out.hops.at(-1)!.netns;
  const ended = out.disposition.kind;
  const arrived = ended === 'ACCEPTED' || ended === 'NO_SOCKET' || ended === 'EXITS_CLUSTER';
  if (arrived && last !== client.netns && !board.has(last)) draw(last, destination.address, 'right');
}

/** A bracket beside the endpoints of one owner: `Deployment hello-deployment, 3 replicas`. */
function drawOwners(board: Board, view: ClusterView, cast: Cast, bands: readonly Band[], at: Columns): void {
  const placed = bands.flatMap((band) => {
    const rows = rightRows(band, at);
    return band.right.flatMap(({ owner }, index) => (owner ? [{ owner, y: rows[index]! }] : []));
  });
  const keys = new Set(placed.map(({ owner }) => `${owner.kind} ${owner.namespace}/${owner.name}`));
  const [key] = keys;
  if (keys.size !== 1 || key === undefined) return;
  const { owner } = placed[0]!;
  const ready = readyEndpoints(cast.service);
  const family = view.pods.filter(
    (pod) =>
      pod.owner?.kind === owner.kind &&
      pod.owner.name === owner.name &&
      pod.owner.namespace === owner.namespace &&
      stateOf(pod) !== 'ending',
  );
  const count = family.length;
  const up = family.filter(({ ip }) => ready.has(ip ?? '')).length;
  const ys = placed.map(({ y }) => y);
  const [top, bottom] = [Math.min(...ys) - 16, Math.max(...ys) + 16];
  const x = at.right + 136;
  board.wire(key, 'bracket', [
    { x: x - 8, y: top },
    { x, y: top },
    { x, y: bottom },
    { x: x - 8, y: bottom },
  ]);
  const middle = (top + bottom) / 2;
  board.label(`${key}/kind`, { x: x + 10, y: middle - 9 }, owner.kind, 'name', 'start');
  const replicas: Message =
    up === count
      ? { id: 'graph.replicas', values: { count } }
      : { id: 'graph.ready-of', values: { ready: up, count } };
  board.label(`${key}/count`, { x: x + 10, y: middle + 10 }, replicas, 'note', 'start');
}
