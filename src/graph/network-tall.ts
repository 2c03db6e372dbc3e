import type { ClusterView, PodView, Station } from '../engine/index.ts';
import { type Board, createBoard, elbow, readyEndpoints, serviceAddress } from './board.ts';
import { type Cast, type CastNode, fitting, hasAddress, keyOf, underName } from './cast.ts';
import type { Point } from './geometry.ts';
import { drawMargins } from './margins.ts';
import type { Scene } from './scene.ts';
import { ellipsis } from './short-names.ts';

const NARROWEST = 344;
const WIDEST = 620;
const MARGIN = 8;
const ZONE = 264;
const GAP = 68;
/** What the machines outside take above the first node. */
const BEYOND = 92;
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
  const first = zones[0]!;
  const hub = { x: first.middle, y: first.y + ZONE + GAP / 2 };
  const router = { x: zones.length > 2 ? MARGIN + 64 : MARGIN + 34, y: hub.y };
  for (const zone of zones) drawZone(board, zone, cast, names);
  const machines = cast.outside.map((station, index) => ({ station, at: machineAt(index, cast, width) }));
  drawNetwork(board, view, zones, hub, router, machines.length > 0);
  for (const { station, at } of machines) drawMachine(board, cast, station, at, router);
  drawService(board, cast, zones, hub, width);
  const low = zones.at(-1)!.y + ZONE;
  const height = drawMargins(board, cast, names, { x: MARGIN, y: low, width: width - 2 * MARGIN }) + MARGIN;
  const cards = new Map(zones.map((zone) => [zone.node.view.name, zone]));
  const beyond = new Map(machines.map(({ station, at }) => [station.netns, at]));
  return board.finish({ layer: 'network', width, height }, 'x', (from, to) => {
    const way = (netns: string): readonly Point[] => {
      const machine = beyond.get(netns);
      if (machine) return [...wayToRouter(machine, router), router];
      const zone = cards.get(netns);
      return zone ? wayToHub(zone, zones, hub) : [router];
    };
    const [a, b] = [way(from), way(to)];
    const inside = cards.has(from) || cards.has(to);
    return [...a, ...(inside ? [hub] : []), ...[...b].reverse()];
  });
}

/** From a machine's card to the hub; the third node's cable runs round the second one, on the left. */
function wayToHub(zone: Zone, zones: readonly Zone[], hub: Point): readonly Point[] {
  const card = inner(zone);
  if (zones.indexOf(zone) < 2) return [card, hub];
  const gap = zone.y - GAP / 2;
  const rail = MARGIN + 8;
  return [card, { x: card.x, y: gap }, { x: rail, y: gap }, { x: rail, y: hub.y }, hub];
}

/** Machines beyond the router stand in a row above the first node; their cable runs past it on the left. */
function machineAt(index: number, { outside }: Cast, width: number): Point {
  const pitch = Math.min(150, (width - 120) / Math.max(1, outside.length - 1));
  return { x: Math.round(width / 2 + (index - (outside.length - 1) / 2) * pitch), y: MARGIN + 22 };
}

function wayToRouter(machine: Point, router: Point): readonly Point[] {
  const cable = machine.y + 58;
  const rail = MARGIN + 8;
  return [machine, { x: machine.x, y: cable }, { x: rail, y: cable }, { x: rail, y: router.y }];
}

function drawMachine(board: Board, cast: Cast, station: Station, at: Point, router: Point): void {
  const { netns, name, address } = station;
  board.wire(`machine/${netns}`, 'wire', [...wayToRouter(at, router), router], 12);
  board.machine(station, at, !cast.active.has(netns));
  board.label(`machine/${netns}`, { x: at.x + 20, y: at.y - 9 }, ellipsis(name, 12), 'name', 'start');
  board.label(`machine/${netns}/ip`, { x: at.x + 20, y: at.y + 9 }, address, 'address', 'start');
}

function placeZones(cast: Cast, width: number): readonly Zone[] {
  const crowded = cast.nodes.length > 2;
  const beyond = cast.outside.length > 0;
  return cast.nodes.map((node, index): Zone => {
    // Between the hub and the third node a cable needs room at the side.
    // Between the hub and the machines outside, too.
    const inset = (crowded && index > 0 && index < cast.nodes.length - 1) || (beyond && index === 0) ? 24 : 0;
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
      y: MARGIN + (beyond ? BEYOND : 0) + index * (ZONE + GAP),
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
  // Beside a card at the top there is half the width.
  const room = Math.floor((side > 0 ? zone.width - 32 : middle - zone.x - 60) / 8.4);
  board.label(`${name}/name`, { x: zone.x + 16, y: zone.y + 20 }, ellipsis(name, room), 'zone', 'start');
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
    board.wire(keyOf(pod), 'wire', [{ x, y: podY }, port]);
    board.pod(pod, { x, y: podY }, port, { off: !cast.active.has(keyOf(pod)), ring });
    const [nameY, ipY] = side > 0 ? [podY - 38 - far, podY - 20 - far] : [podY + 24 + far, podY + 42 + far];
    board.label(
      `${keyOf(pod)}/name`,
      { x, y: nameY },
      ellipsis(names.get(keyOf(pod)) ?? pod.name, 13),
      'name',
      'middle',
    );
    const under = underName(pod);
    board.label(`${keyOf(pod)}/ip`, { x, y: ipY }, ellipsis(under.text, 15), under.tone, 'middle');
    if (pod.containers.length > 1) {
      const y = side > 0 ? nameY - 18 : ipY + 18;
      const text = ellipsis(pod.containers.join(' · '), 16);
      board.label(`${keyOf(pod)}/containers`, { x, y }, text, 'note', 'middle');
    }
    if (pod.veth)
      board.label(`${keyOf(pod)}/veth`, { x: x + 9, y: podY + side * 27 }, pod.veth, 'note', 'start');
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
  const [host] = node.hostPods;
  if (host) {
    const at = { x: middle - 66, y: boxY };
    board.wire(`${name}/host`, 'wire', [{ x: middle, y: boxY }, at]);
    board.hostPod(host, at, !cast.active.has(name));
    const text = ellipsis(names.get(keyOf(host)) ?? host.name, 11);
    const more = node.hostPods.length > 1 ? ` +${node.hostPods.length - 1}` : '';
    board.label(`${name}/host`, { x: at.x - 14, y: boxY - 9 }, `${text}${more}`, 'name', 'end');
    board.label(`${name}/host-note`, { x: at.x - 14, y: boxY + 9 }, 'hostNetwork', 'note', 'end');
  }
  board.node(name, address, { x: middle, y: boxY }, inner(zone), !cast.active.has(name), true);
  board.label(`${name}/eth0`, { x: middle - 16, y: down(zone, ZONE - 12) }, 'eth0', 'note', 'end');
}

function drawNetwork(
  board: Board,
  view: ClusterView,
  zones: readonly Zone[],
  hub: Point,
  router: Point,
  beyond: boolean,
): void {
  for (const zone of zones)
    board.wire(`${zone.node.view.name}/net`, 'wire', [...wayToHub(zone, zones, hub), hub], 12);
  board.wire('outside', 'wire', [router, hub]);
  board.router(router, view.gateway);
  const x = router.x + 20;
  const name = beyond ? 'gateway' : { id: 'graph.outside', values: {} };
  board.label('outside', { x, y: hub.y - 14 }, name, 'note', 'start');
  board.label(
    'network-cidr',
    { x, y: hub.y + 15 },
    beyond ? view.gateway : view.nodeCIDR,
    'address',
    'start',
  );
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
