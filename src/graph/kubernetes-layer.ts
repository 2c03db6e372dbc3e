import type { ClusterView, PodView, Trace } from '../engine/index.ts';
import { type Board, createBoard, readyEndpoints, serviceAddress } from './board.ts';
import { type Cast, type CastNode, fitting, isSystem } from './cast.ts';
import { lengthOf, type Point, simplified } from './geometry.ts';
import type { Leg, Route } from './route.ts';
import type { Scene } from './scene.ts';
import { ellipsis } from './short-names.ts';

const MARGIN = 20;
const ROW = 50;
const ROWS = 4;

interface Band {
  readonly node: CastNode;
  readonly y: number;
  readonly height: number;
  readonly left: readonly PodView[];
  readonly right: readonly PodView[];
  readonly more: number;
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

/**
 * The Kubernetes layer: the same trip told with objects. Nodes are bands; whoever asks is on the left, endpoints on
 * the right, and the Service between them is a station that the line passes through.
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
  const bands = placeBands(cast, at.small);
  for (const band of bands) drawBand(board, band, cast, names, width, at);
  const last = bands.at(-1)!;
  const height = last.y + last.height + 16;
  drawService(board, cast, bands, at, height);
  if (!at.small) drawOwners(board, cast, bands, at);
  const asker = drawAsker(board, view, cast, bands, at);
  const scene = board.finish({ layer: 'kubernetes', width, height }, 'y', () => []);
  return asker === undefined ? scene : { ...scene, atlas: { ...scene.atlas, asker } };
}

function placeBands(cast: Cast, small: boolean): readonly Band[] {
  const endpoints = readyEndpoints(cast.service);
  const step = small ? ROW + 10 : ROW;
  let y = 16;
  return cast.nodes.map((node) => {
    const behind = node.pods.filter(({ ip }) => endpoints.has(ip ?? ''));
    const { shown, more } = fitting(behind, ROWS, cast.touched);
    const asking = node.pods.filter(
      (pod) => !behind.includes(pod) && (cast.active.has(pod.netns!) || !isSystem(pod.namespace)),
    );
    const left = fitting(asking, ROWS, cast.active).shown;
    const rows = Math.max(1, left.length, shown.length + (more > 0 ? 1 : 0));
    const height = 72 + rows * step;
    const band = { node, y, height, left, right: shown, more };
    y += height + 28;
    return band;
  });
}

type Columns = ReturnType<typeof columns>;

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
    board.pod(pod, { x, y }, { x, y }, { off: !cast.active.has(pod.netns!), ring: false });
    const label = names.get(pod.netns!) ?? pod.name;
    if (right && !at.small)
      board.label(`${pod.netns}/name`, { x: x + 22, y }, ellipsis(label, 13), 'name', 'start');
    else board.label(`${pod.netns}/name`, { x, y: y + 25 }, ellipsis(label, 13), 'name', 'middle');
  };
  const left = rowsOf(band, band.left.length, at.small);
  band.left.forEach((pod, index) => {
    draw(pod, at.left, left[index]! - 4, false);
  });
  const right = rowsOf(band, band.right.length + (band.more > 0 ? 1 : 0), at.small);
  band.right.forEach((pod, index) => {
    draw(pod, at.right, right[index]! - 4, true);
  });
  if (band.more === 0) return;
  const y = right.at(-1)! - 4;
  board.stop({
    id: `more:${name}`,
    kind: 'more',
    x: at.right,
    y,
    off: true,
    ring: false,
    name: { id: 'graph.more.name', values: { count: band.more, node: name } },
  });
  board.label(
    `${name}/more`,
    { x: at.right + 22, y },
    { id: 'graph.more', values: { count: band.more } },
    'name',
    'start',
  );
}

function drawService(board: Board, cast: Cast, bands: readonly Band[], at: Columns, height: number): void {
  const { service } = cast;
  if (!service) return;
  const centre = serviceAt(bands, at, height);
  board.service(service, centre);
  const selector = Object.entries(service.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  if (selector.length > 0 && !at.small)
    board.label(
      'selector',
      { x: centre.x, y: centre.y - 38 },
      `selector ${ellipsis(selector.join(','), 30)}`,
      'note',
      'middle',
    );
  const x = at.small ? centre.x - 34 : centre.x;
  board.label(
    'service',
    { x, y: centre.y + 42 },
    ellipsis(service.name, at.small ? 16 : 26),
    'name',
    'middle',
  );
  board.label('service-ip', { x, y: centre.y + 60 }, serviceAddress(service), 'address', 'middle');
  for (const band of bands) {
    const rows = rowsOf(band, band.right.length + (band.more > 0 ? 1 : 0), at.small);
    band.right.forEach((pod, index) => {
      board.wire(pod.netns!, 'link', fan(centre, { x: at.right, y: rows[index]! - 4 }), 16);
    });
  }
}

/** Whoever asks without being a pod (somebody outside, a node's own shell) stands on the left, in no band. */
function drawAsker(
  board: Board,
  view: ClusterView,
  cast: Cast,
  bands: readonly Band[],
  at: Columns,
): string | undefined {
  const client = cast.trip?.exchange.client;
  if (!client || view.pods.some(({ netns, hostNetwork }) => netns === client.netns && !hostNetwork))
    return undefined;
  const last = bands.at(-1)!;
  const centre = { x: at.left, y: serviceAt(bands, at, last.y + last.height).y };
  const node = view.nodes.find(({ name }) => name === client.netns);
  board.outside(centre, client.address);
  const text = node ? node.name : { id: 'graph.outside', values: {} };
  board.label('outside', { x: centre.x, y: centre.y + 29 }, text, 'note', 'middle');
  return client.netns;
}

/** In the gap after the first band, where it belongs to no node. */
function serviceAt(bands: readonly Band[], at: Columns, height: number): Point {
  const first = bands[0]!;
  return { x: at.service, y: bands.length > 1 ? first.y + first.height + 14 : Math.round(height / 2) };
}

/**
 * From a station straight on past its labels, across at half a right angle (steeper where there is no room for that),
 * and straight into a stop.
 */
function fan(from: Point, to: Point): readonly Point[] {
  const side = to.x >= from.x ? 1 : -1;
  const drop = Math.abs(to.y - from.y);
  const room = Math.abs(to.x - from.x);
  const first = room < 160 ? 28 : side > 0 ? 78 : 48;
  const lean = Math.min(drop, Math.max(16, room - first - 34));
  return [from, { x: from.x + side * first, y: from.y }, { x: from.x + side * (first + lean), y: to.y }, to];
}

/** A bracket beside the endpoints of one owner: `Deployment hello-deployment, 3 replicas`. */
function drawOwners(board: Board, cast: Cast, bands: readonly Band[], at: Columns): void {
  const owners = new Map<string, { readonly kind: string; readonly name: string; readonly ys: number[] }>();
  for (const band of bands) {
    const rows = rowsOf(band, band.right.length + (band.more > 0 ? 1 : 0), at.small);
    band.right.forEach(({ owner }, index) => {
      if (!owner) return;
      const key = `${owner.kind} ${owner.name}`;
      const found = owners.get(key) ?? { kind: owner.kind, name: owner.name, ys: [] };
      found.ys.push(rows[index]! - 4);
      owners.set(key, found);
    });
  }
  const count = [...cast.nodes].reduce(
    (sum, { pods }) => sum + pods.filter(({ ip }) => readyEndpoints(cast.service).has(ip ?? '')).length,
    0,
  );
  if (owners.size !== 1) return;
  for (const [key, { kind, ys }] of owners) {
    const [top, bottom] = [Math.min(...ys) - 16, Math.max(...ys) + 16];
    const x = at.right + 136;
    board.wire(key, 'bracket', [
      { x: x - 8, y: top },
      { x, y: top },
      { x, y: bottom },
      { x: x - 8, y: bottom },
    ]);
    const middle = (top + bottom) / 2;
    board.label(`${key}/kind`, { x: x + 10, y: middle - 9 }, kind, 'name', 'start');
    board.label(
      `${key}/count`,
      { x: x + 10, y: middle + 10 },
      { id: 'graph.replicas', values: { count } },
      'note',
      'start',
    );
  }
}

/** The way of a packet over this layer: asker, Service (when the packet asked for one), answerer. */
export function kubernetesRoute(trace: Trace, scene: Scene): Route | undefined {
  const { atlas } = scene;
  const ends = [0, trace.hops.length - 1];
  const pods = trace.hops.flatMap(({ netns }, hop) => {
    const place =
      atlas.pod(netns) ?? (ends.includes(hop) && netns === atlas.asker ? atlas.outside : undefined);
    return place ? [{ hop, stop: place.stop, at: place.at }] : [];
  });
  const nat = findNat(trace);
  const service = atlas.service;
  const through = service && { ...service, hop: nat?.hop ?? serviceHop(trace, pods) };
  const vias = [
    ...pods.filter(({ hop }) => !through || hop < through.hop),
    ...(through && through.hop >= 0 ? [through] : []),
    ...pods.filter(({ hop }) => through && hop > through.hop),
  ];
  if (vias.length === 0) return undefined;
  const legs: Leg[] = [];
  let start = 0;
  const marks = [{ hop: vias[0]!.hop, along: 0 }];
  for (const [index, to] of vias.entries()) {
    const from = vias[index - 1];
    if (!from) continue;
    const line = { points: simplified(lineBetween(from.at, to.at, to.stop === through?.stop)), radius: 28 };
    const length = line.points.length < 2 ? 0 : lengthOf(line);
    if (length > 0) legs.push({ from: from.stop, to: to.stop, line, start, length, ground: 'zone' });
    start += length;
    marks.push({ hop: to.hop, along: start });
  }
  const places = trace.hops.map(({ steps }, hop) =>
    steps.map((_step, step) => alongOf(hop, step, marks, nat)),
  );
  return { legs, length: start, places, doubled: [], ends: { from: vias[0]?.stop, to: vias.at(-1)?.stop } };
}

/** Lines bend near the Service, whichever way they run; without one, near the asker. */
function lineBetween(from: Point, to: Point, toService: boolean): readonly Point[] {
  return toService ? [...fan(to, from)].reverse() : fan(from, to);
}

/**
 * A packet that asked for the Service and was never translated ends there (nobody is behind it), and what refuses it
 * sets out from there. A packet between two pods does not come by: -1.
 */
function serviceHop(trace: Trace, stops: readonly { readonly hop: number }[]): number {
  const last = trace.hops.length - 1;
  if (stops.length !== 1) return -1;
  return stops[0]!.hop === last ? 0 : last;
}

function findNat(trace: Trace): { readonly hop: number; readonly step: number } | undefined {
  for (const [hop, { steps }] of trace.hops.entries()) {
    const step = steps.findIndex(
      ({ kind, ...rest }) => kind === 'nat' && 'change' in rest && String(rest.change).includes('dnat'),
    );
    if (step >= 0) return { hop, step };
  }
  return undefined;
}

/** A step lies on its own stop, or between its neighbours by how far the hops have come. */
function alongOf(
  hop: number,
  step: number,
  marks: readonly { readonly hop: number; readonly along: number }[],
  nat: { readonly hop: number; readonly step: number } | undefined,
): number {
  // Before the translation the packet is still on its way to the Service; afterwards, until it leaves the node, there.
  const position = nat?.hop === hop && step < nat.step ? hop - 0.5 + (0.5 * step) / nat.step : hop;
  const before = marks.findLast((mark) => mark.hop <= position) ?? marks[0]!;
  const after = marks.find((mark) => mark.hop > position);
  if (!after) return before.along;
  const part = (position - before.hop) / (after.hop - before.hop);
  return before.along + (after.along - before.along) * part;
}
