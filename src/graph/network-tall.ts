import type { ClusterView, PodView } from '../engine/index.ts';
import { type Board, createBoard, elbow, readyEndpoints, serviceAddress } from './board.ts';
import { type Cast, type CastNode, fitting, hasAddress } from './cast.ts';
import type { Point } from './geometry.ts';
import type { Scene } from './scene.ts';
import { ellipsis } from './short-names.ts';

const NARROWEST = 344;
const WIDEST = 620;
const MARGIN = 8;
const ZONE = 264;
const GAP = 68;
/** The least that a pod's name and address need. */
const SLOT = 104;

interface Zone {
  readonly node: CastNode;
  readonly shown: readonly PodView[];
  readonly more: number;
  /** 1: pods above, eth0 below; -1: the mirror image. */
  readonly side: 1 | -1;
  readonly y: number;
  readonly x: number;
  readonly width: number;
  readonly columns: readonly number[];
  readonly middle: number;
}

/** The network layer from top to bottom: the wide drawing turned a quarter, for narrow panes. */
export function networkTall(
  view: ClusterView,
  cast: Cast,
  names: ReadonlyMap<string, string>,
  available: number,
): Scene {
  const width = Math.round(Math.max(NARROWEST, Math.min(WIDEST, available)));
  const board = createBoard();
  const zones = placeZones(cast, width);
  const middle = zones[0]!.middle;
  const hub = { x: middle, y: MARGIN + ZONE + GAP / 2 };
  for (const zone of zones) drawZone(board, zone, cast, names);
  drawNetwork(board, view, zones, hub);
  drawService(board, cast, zones, hub, width);
  const height = zones.at(-1)!.y + ZONE + MARGIN;
  const cards = new Map(zones.map((zone) => [zone.node.view.name, zone]));
  const outside = outsideAt(zones, hub);
  return board.finish({ layer: 'network', width, height }, 'x', (from, to) => {
    const start = from === undefined ? undefined : cards.get(from);
    const end = to === undefined ? undefined : cards.get(to);
    return [...wayToHub(start, zones, hub, outside), ...[...wayToHub(end, zones, hub, outside)].reverse()];
  });
}

/** From a machine's card to the hub; the third node's cable runs round the second one, on the left. */
function wayToHub(
  zone: Zone | undefined,
  zones: readonly Zone[],
  hub: Point,
  outside: Point,
): readonly Point[] {
  if (!zone) return [outside, hub];
  const card = inner(zone);
  if (zones.indexOf(zone) < 2) return [card, hub];
  const gap = zone.y - GAP / 2;
  const rail = MARGIN + 8;
  return [card, { x: card.x, y: gap }, { x: rail, y: gap }, { x: rail, y: hub.y }, hub];
}

function placeZones(cast: Cast, width: number): readonly Zone[] {
  const crowded = cast.nodes.length > 2;
  return cast.nodes.map((node, index): Zone => {
    // Between the hub and the third node a cable needs room at the side.
    const inset = crowded && index === 1 ? 24 : 0;
    const x = MARGIN + inset;
    const zoneWidth = width - 2 * MARGIN - inset;
    const { shown, more } = fitting(node.pods, Math.max(2, Math.floor((zoneWidth - 8) / SLOT)), cast.touched);
    const count = shown.length + (more > 0 ? 1 : 0);
    const pitch = count < 2 ? 0 : Math.min(160, (zoneWidth - SLOT) / (count - 1));
    const middle = Math.round(width / 2);
    const centre = x + zoneWidth / 2;
    const columns = Array.from({ length: count }, (_, slot) =>
      Math.round(centre + (slot - (count - 1) / 2) * pitch),
    );
    return {
      node,
      shown,
      more,
      side: index === 0 ? 1 : -1,
      x,
      y: MARGIN + index * (ZONE + GAP),
      width: zoneWidth,
      columns,
      middle,
    };
  });
}

/** A distance from the zone's outer edge, where its pods are. */
function down(zone: Zone, by: number): number {
  return zone.side > 0 ? zone.y + by : zone.y + ZONE - by;
}

function inner(zone: Zone): Point {
  return { x: zone.middle, y: down(zone, ZONE) };
}

function drawZone(board: Board, zone: Zone, cast: Cast, names: ReadonlyMap<string, string>): void {
  const { node, side, middle, columns } = zone;
  const { name, address, bridge } = node.view;
  const [podY, busY, boxY] = [down(zone, 92), down(zone, 144), down(zone, 210)];
  board.zone(name, { x: zone.x, y: zone.y, width: zone.width, height: ZONE });
  board.label(`${name}/name`, { x: zone.x + 16, y: zone.y + 20 }, name, 'zone', 'start');
  if (columns.length > 0) {
    const [first, last] = [Math.min(columns[0]!, middle) - 26, Math.max(columns.at(-1)!, middle) + 26];
    board.bar(name, { x: first, y: busY - 4.5, width: last - first, height: 9 });
    board.label(
      `${name}/bridge`,
      { x: middle + 16, y: busY + side * 21 },
      bridge?.name ?? 'cni0',
      'note',
      'start',
    );
    if (bridge)
      board.label(
        `${name}/bridge-ip`,
        { x: middle + 52, y: busY + side * 21 },
        bridge.address,
        'address',
        'start',
      );
    board.wire(`${name}/up`, 'wire', [
      { x: middle, y: busY },
      { x: middle, y: boxY },
    ]);
  }
  board.wire(`${name}/out`, 'wire', [{ x: middle, y: boxY }, inner(zone)]);
  const endpoints = readyEndpoints(cast.service);
  zone.shown.forEach((pod, index) => {
    const x = columns[index]!;
    const port = { x, y: busY };
    const ring = endpoints.has(pod.ip ?? '');
    const far = ring ? 6 : 0;
    board.wire(pod.netns!, 'wire', [{ x, y: podY }, port]);
    board.pod(pod, { x, y: podY }, port, { off: !cast.active.has(pod.netns!), ring });
    const [nameY, ipY] = side > 0 ? [podY - 38 - far, podY - 20 - far] : [podY + 24 + far, podY + 42 + far];
    board.label(
      `${pod.netns}/name`,
      { x, y: nameY },
      ellipsis(names.get(pod.netns!) ?? pod.name, 13),
      'name',
      'middle',
    );
    board.label(`${pod.netns}/ip`, { x, y: ipY }, pod.ip ?? pod.status, 'address', 'middle');
    if (pod.veth)
      board.label(`${pod.netns}/veth`, { x: x + 9, y: podY + side * 27 }, pod.veth, 'note', 'start');
  });
  if (zone.more > 0) {
    const x = columns.at(-1)!;
    board.wire(`${name}/more`, 'wire', [
      { x, y: podY },
      { x, y: busY },
    ]);
    board.stop({
      id: `more:${name}`,
      kind: 'more',
      x,
      y: podY,
      off: true,
      ring: false,
      name: { id: 'graph.more.name', values: { count: zone.more, node: name } },
    });
    board.label(
      `${name}/more`,
      { x, y: podY - side * 26 },
      { id: 'graph.more', values: { count: zone.more } },
      'name',
      'middle',
    );
  }
  board.node(name, address, { x: middle, y: boxY }, inner(zone), !cast.active.has(name), true);
  board.label(`${name}/eth0`, { x: middle - 16, y: down(zone, ZONE - 12) }, 'eth0', 'note', 'end');
}

function outsideAt(zones: readonly Zone[], hub: Point): Point {
  return { x: zones.length > 2 ? MARGIN + 64 : MARGIN + 34, y: hub.y };
}

function drawNetwork(board: Board, view: ClusterView, zones: readonly Zone[], hub: Point): void {
  const outside = outsideAt(zones, hub);
  for (const zone of zones)
    board.wire(`${zone.node.view.name}/net`, 'wire', wayToHub(zone, zones, hub, outside), 12);
  board.wire('outside', 'wire', [outside, hub]);
  board.outside(outside, view.gateway);
  const x = outside.x + 20;
  board.label('outside', { x, y: hub.y - 14 }, { id: 'graph.outside', values: {} }, 'note', 'start');
  board.label('network-cidr', { x, y: hub.y + 15 }, view.nodeCIDR, 'address', 'start');
}

function drawService(board: Board, cast: Cast, zones: readonly Zone[], hub: Point, width: number): void {
  const { service } = cast;
  if (!service || !hasAddress(service)) return;
  const at = { x: width - 24, y: hub.y };
  for (const zone of zones.slice(0, 2)) {
    const boxY = down(zone, 210);
    board.wire(
      zone.node.view.name,
      'lead',
      elbow({ x: at.x, y: at.y - zone.side * 17 }, { x: zone.middle + 22, y: boxY }, 'y'),
      18,
    );
  }
  board.service(service, at);
  board.label('service', { x: at.x - 22, y: at.y - 10 }, ellipsis(service.name, 16), 'name', 'end');
  // A long address would touch the trip's line: its port is on the other layer, and in the strip.
  const address = serviceAddress(service);
  const text = width < 420 && address.length > 16 ? (service.clusterIP ?? '') : address;
  board.label('service-ip', { x: at.x - 22, y: at.y + 9 }, text, 'address', 'end');
}
