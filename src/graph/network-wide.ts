import type { ClusterView, PodView, Station } from '../engine/index.ts';
import { type Board, createBoard, elbow, readyEndpoints, serviceAddress } from './board.ts';
import { type Cast, type CastNode, fitting, hasAddress, keyOf, underName } from './cast.ts';
import type { Point } from './geometry.ts';
import { drawMargins } from './margins.ts';
import type { Scene } from './scene.ts';
import { ellipsis } from './short-names.ts';

/** The narrowest that this drawing can be: below it the labels would meet. */
export const WIDE = 876;
const WIDEST = 1080;
const MARGIN = 20;
const ROWS = 6;

interface Zone {
  readonly node: CastNode;
  readonly shown: readonly PodView[];
  readonly more: number;
  readonly side: 1 | -1;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where the line crosses the zone: its decision point's row. */
  readonly middle: number;
  readonly rows: readonly number[];
}

/**
 * The network layer from left to right: the client's node, the node network, the other nodes mirrored. Pods stand at
 * the outer edges, then the bridge, the decision point, and eth0 on the inner edge. The Service hangs above, and no
 * line touches it: only leaders to the rules that it is in each node.
 */
export function networkWide(
  view: ClusterView,
  cast: Cast,
  names: ReadonlyMap<string, string>,
  available: number,
): Scene {
  const width = Math.round(Math.max(WIDE, Math.min(WIDEST, available)));
  const board = createBoard();
  const zones = placeZones(cast, width);
  const hub = Math.round(width / 2);
  const bottom = Math.max(...zones.map(({ y, height }) => y + height));
  const line = zones[0]!.middle;
  for (const zone of zones) drawZone(board, zone, cast, names);
  const router = routerAt(zones, hub, line, bottom);
  const machines = machinesAt(cast, zones, router, bottom, width);
  const low = Math.max(bottom, ...machines.map(({ at }) => at.y + 44));
  drawNetwork(board, view, zones, { x: hub, y: line }, router, machines.length > 0);
  drawMachines(board, cast, machines, router);
  drawService(board, cast, zones, hub);
  const height = drawMargins(board, cast, names, { x: MARGIN, y: low, width: width - 2 * MARGIN }) + 28;
  const cards = new Map(zones.map((zone) => [zone.node.view.name, inner(zone)]));
  const beyond = new Map(machines.map(({ station, at }) => [station.netns, at]));
  return board.finish({ layer: 'network', width, height }, 'y', (from, to) => {
    const way = (netns: string): readonly Point[] => {
      const machine = beyond.get(netns);
      if (machine) return [...wayToRouter(machine, router), router];
      return [cards.get(netns) ?? router];
    };
    const [a, b] = [way(from), way(to)];
    const [start, end] = [a.at(-1)!, b.at(-1)!];
    const across = start.y === end.y || start === end;
    const middle = across
      ? []
      : [
          { x: hub, y: start.y },
          { x: hub, y: end.y },
        ];
    return [...a, ...middle, ...[...b].reverse()];
  });
}

/** A machine of the outside, and where it stands. */
interface Machine {
  readonly station: Station;
  readonly at: Point;
}

/** Machines beyond the router hang below it in a row, on a cable of their own. */
function machinesAt(
  { outside }: Cast,
  zones: readonly Zone[],
  router: Point,
  bottom: number,
  width: number,
): readonly Machine[] {
  const below = zones.length <= 2;
  const y = below ? bottom + 44 : router.y + 92;
  return outside.map((station, index) => {
    const spread = (index - (outside.length - 1) / 2) * MACHINES;
    const x = below ? router.x + spread : router.x - 40 - (outside.length - 1 - index) * MACHINES;
    return { station, at: { x: Math.max(60, Math.min(width - 60, x)), y } };
  });
}

const MACHINES = 160;

/** From a machine up to the height of the cable between them, and along it to below the router. */
function wayToRouter(machine: Point, router: Point): readonly Point[] {
  const y = machine.y - 34;
  return [machine, { x: machine.x, y }, { x: router.x, y }];
}

function drawMachines(board: Board, cast: Cast, machines: readonly Machine[], router: Point): void {
  for (const { station, at } of machines) {
    const { netns, name, address } = station;
    board.wire(`machine/${netns}`, 'wire', [...wayToRouter(at, router), router], 12);
    board.machine(station, at, !cast.active.has(netns));
    board.label(`machine/${netns}`, { x: at.x, y: at.y + 25 }, ellipsis(name, 18), 'name', 'middle');
    board.label(`machine/${netns}/ip`, { x: at.x, y: at.y + 42 }, address, 'address', 'middle');
  }
}

function placeZones(cast: Cast, width: number): readonly Zone[] {
  const top = cast.service && hasAddress(cast.service) ? 92 : 28;
  const zoneWidth = Math.round((width - 2 * MARGIN - 156) / 2);
  const [left, right, ...rest] = cast.nodes;
  const fitted = (node: CastNode) => fitting(node.pods, ROWS, cast.touched);
  const size = (node: CastNode) => fitted(node).shown.length + (fitted(node).more > 0 ? 1 : 0);
  const busiest = Math.max(...[left, right].map((node) => (node ? size(node) : 0)));
  const height = 276 + Math.max(0, busiest - 4) * 46;
  const middle = top + Math.round((height + 8) / 2);
  const zones: Zone[] = [];
  const place = (
    node: CastNode | undefined,
    side: 1 | -1,
    y: number,
    h: number,
    mid: number,
    pitch: (n: number) => number,
  ): void => {
    if (!node) return;
    const { shown, more } = fitted(node);
    const count = shown.length + (more > 0 ? 1 : 0);
    const step = pitch(count);
    const rows = Array.from({ length: count }, (_, index) =>
      Math.round(mid + (index - (count - 1) / 2) * step),
    );
    const x = side > 0 ? MARGIN : width - MARGIN - zoneWidth;
    zones.push({ node, shown, more, side, x, y, width: zoneWidth, height: h, middle: mid, rows });
  };
  const main = (count: number) => (count <= 2 ? 124 : count === 3 ? 70 : count === 4 ? 56 : 47);
  place(left, 1, top, height, middle, main);
  place(right, -1, top, height, middle, main);
  let y = top + height + 16;
  for (const node of rest) {
    const more = Math.max(0, size(node) - 1) * 46;
    const h = 130 + more;
    place(node, -1, y, h, y + 56 + more / 2, () => 46);
    y += h + 16;
  }
  return zones;
}

/** A distance from the outer edge, on either side. */
function across(zone: Zone, by: number): number {
  return zone.side > 0 ? zone.x + by : zone.x + zone.width - by;
}

function inner(zone: Zone): Point {
  return { x: across(zone, zone.width), y: zone.middle };
}

function drawZone(board: Board, zone: Zone, cast: Cast, names: ReadonlyMap<string, string>): void {
  const { node, side, middle, rows } = zone;
  const { name, address, bridge } = node.view;
  const spare = zone.width - 372;
  const [podX, busX, boxX] = [
    across(zone, 130 + Math.round(spare * 0.5)),
    across(zone, 224 + Math.round(spare * 0.7)),
    across(zone, zone.width - 66),
  ];
  const outer = side > 0 ? 'end' : 'start';
  board.zone(name, zone);
  board.label(
    `${name}/name`,
    { x: across(zone, 18), y: zone.y + 21 },
    ellipsis(name, 40),
    'zone',
    side > 0 ? 'start' : 'end',
  );
  const used = cast.active.has(name);
  if (rows.length > 0) {
    const [first, last] = [Math.min(rows[0]!, middle) - 20, Math.max(rows.at(-1)!, middle) + 20];
    board.bar(name, { x: busX - 4.5, y: first, width: 9, height: last - first });
    board.label(`${name}/bridge`, { x: busX, y: last + 17 }, bridge?.name ?? 'cni0', 'note', 'middle');
    if (bridge)
      board.label(`${name}/bridge-ip`, { x: busX, y: last + 33 }, bridge.address, 'address', 'middle');
    board.wire(`${name}/up`, 'wire', [
      { x: busX, y: middle },
      { x: boxX, y: middle },
    ]);
  }
  board.wire(`${name}/out`, 'wire', [{ x: boxX, y: middle }, inner(zone)]);
  const endpoints = readyEndpoints(cast.service);
  const text = { x: podX - side * 26 };
  zone.shown.forEach((pod, index) => {
    const y = rows[index]!;
    const port = { x: busX, y };
    board.wire(keyOf(pod), 'wire', [{ x: podX, y }, port]);
    board.pod(pod, { x: podX, y }, port, {
      off: !cast.active.has(keyOf(pod)),
      ring: endpoints.has(pod.ip ?? ''),
    });
    board.label(
      `${keyOf(pod)}/name`,
      { ...text, y: y - 9 },
      ellipsis(names.get(keyOf(pod)) ?? pod.name, 14),
      'name',
      outer,
    );
    const under = underName(pod);
    board.label(`${keyOf(pod)}/ip`, { ...text, y: y + 9 }, ellipsis(under.text, 16), under.tone, outer);
    if (pod.containers.length > 1 && (rows.length < 2 || rows[1]! - rows[0]! > 54))
      board.label(
        `${keyOf(pod)}/containers`,
        { ...text, y: y + 26 },
        ellipsis(pod.containers.join(' · '), 22),
        'note',
        outer,
      );
    if (pod.veth)
      board.label(
        `${keyOf(pod)}/veth`,
        { x: Math.round((podX + busX) / 2) + side * 4, y: y - 13 },
        pod.veth,
        'note',
        'middle',
      );
  });
  if (zone.more > 0) {
    const y = rows.at(-1)!;
    board.wire(`${name}/more`, 'wire', [
      { x: podX, y },
      { x: busX, y },
    ]);
    board.stop({
      id: `more:${name}`,
      kind: 'more',
      x: podX,
      y,
      off: true,
      ring: false,
      name: { id: 'graph.more.name', values: { count: zone.more, node: name } },
    });
    board.label(
      `${name}/more`,
      { ...text, y },
      { id: 'graph.more', values: { count: zone.more } },
      'name',
      outer,
    );
  }
  drawHostPods(board, node, cast, names, { x: boxX, y: middle });
  board.node(name, address, { x: boxX, y: middle }, inner(zone), !used, false);
  board.label(
    `${name}/eth0`,
    { x: across(zone, zone.width - 8), y: middle - 22 },
    'eth0',
    'note',
    side > 0 ? 'end' : 'start',
  );
}

/** Pods in the node's own namespace hang from it: no cable of theirs, no address of theirs. */
function drawHostPods(
  board: Board,
  { view, hostPods }: CastNode,
  cast: Cast,
  names: ReadonlyMap<string, string>,
  box: Point,
): void {
  const [first] = hostPods;
  if (!first) return;
  const at = { x: box.x, y: box.y + 52 };
  board.wire(`${view.name}/host`, 'wire', [box, at]);
  board.hostPod(first, at, !cast.active.has(view.name));
  const name = ellipsis(names.get(keyOf(first)) ?? first.name, 14);
  const text = hostPods.length > 1 ? `${name} +${hostPods.length - 1}` : name;
  board.label(`${view.name}/host`, { x: at.x, y: at.y + 25 }, text, 'name', 'middle');
  board.label(`${view.name}/host-note`, { x: at.x, y: at.y + 42 }, 'hostNetwork', 'note', 'middle');
}

function routerAt(zones: readonly Zone[], hub: number, line: number, bottom: number): Point {
  if (zones.length <= 2) return { x: hub, y: Math.min(line + 106, bottom - 28) };
  return { x: zones[0]!.x + zones[0]!.width - 24, y: zones[0]!.y + zones[0]!.height + 46 };
}

function drawNetwork(
  board: Board,
  view: ClusterView,
  zones: readonly Zone[],
  hub: Point,
  router: Point,
  beyond: boolean,
): void {
  for (const zone of zones) board.wire(`${zone.node.view.name}/net`, 'wire', elbow(inner(zone), hub, 'x'));
  board.wire('outside', 'wire', elbow(hub, router, 'y'));
  board.router(router, view.gateway);
  const outside = { id: 'graph.outside', values: {} };
  if (zones.length > 2) {
    board.label('outside', { x: router.x - 24, y: router.y - 9 }, outside, 'note', 'end');
    board.label('gateway', { x: router.x - 24, y: router.y + 9 }, view.gateway, 'address', 'end');
  } else if (beyond) {
    board.label('outside', { x: hub.x + 22, y: router.y - 9 }, 'gateway', 'note', 'start');
    board.label('gateway', { x: hub.x + 22, y: router.y + 9 }, view.gateway, 'address', 'start');
  } else board.label('outside', { x: hub.x, y: router.y + 27 }, outside, 'note', 'middle');
  const nodes = { id: 'graph.node-network', values: {} };
  board.label('network', { x: hub.x, y: hub.y - 39 }, nodes, 'note', 'middle');
  board.label('network-cidr', { x: hub.x, y: hub.y - 20 }, view.nodeCIDR, 'address', 'middle');
}

function drawService(board: Board, cast: Cast, zones: readonly Zone[], hub: number): void {
  const { service } = cast;
  if (!service || !hasAddress(service)) return;
  const at = { x: hub, y: 44 };
  for (const zone of zones.slice(0, 2)) {
    const boxX = across(zone, zone.width - 66);
    board.wire(
      zone.node.view.name,
      'lead',
      elbow({ x: hub - zone.side * 18, y: at.y }, { x: boxX, y: zone.middle - 20 }, 'x'),
      24,
    );
    board.label(
      `${zone.node.view.name}/iptables`,
      { x: boxX + zone.side * 10, y: zone.y + 72 },
      'iptables',
      'note',
      zone.side > 0 ? 'start' : 'end',
    );
  }
  board.service(service, at);
  board.label(
    'service',
    { x: hub, y: at.y + 33 },
    { id: 'graph.service', values: { name: ellipsis(service.name, 24) } },
    'name',
    'middle',
  );
  board.label('service-ip', { x: hub, y: at.y + 51 }, serviceAddress(service), 'address', 'middle');
}
