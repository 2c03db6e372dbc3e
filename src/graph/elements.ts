import type { Message } from '../engine/index.ts';
import {
  bendsBetween,
  distanceFrom,
  type Line,
  lengthOf,
  longestStraight,
  type Point,
  pointAt,
  radiiOf,
} from './geometry.ts';
import type { Leg, Route } from './route.ts';
import type { Label, Scene, Stop, Wire } from './scene.ts';

/** An element in Cytoscape's own form. */
export interface MapElement {
  readonly group: 'nodes' | 'edges';
  readonly data: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly position?: Point;
  readonly classes: string;
}

/** From the ground up. Cytoscape draws by these numbers alone, edges and nodes alike. */
const Z = {
  zone: 1,
  lead: 5,
  wire: 10,
  bar: 20,
  casing: 30,
  ghost: 31,
  ahead: 32,
  done: 34,
  core: 35,
  chevron: 36,
  ring: 40,
  stop: 41,
  sign: 42,
  label: 50,
  here: 60,
} as const;

/** What a trip looks like: its colour, and whether it is a reply (hollow) or a refusal (red, dashed). */
export type LineTone = 'tcp' | 'dns' | 'reply' | 'blocked';

/** The cluster itself. A wire that one of `trips` runs along is left out: the trip's line is that wire. */
export function sceneElements(
  scene: Scene,
  trips: readonly (readonly Point[])[],
  doubled: readonly string[],
  say: (message: Message) => string,
): readonly MapElement[] {
  const covered = ({ kind, line }: Wire) =>
    (kind === 'wire' || kind === 'link') &&
    [0.3, 0.7].every((part) => {
      const point = pointAt(line, lengthOf(line) * part);
      return trips.some((points) => distanceFrom(points, point) < 9);
    });
  return [
    ...scene.zones.map((zone) =>
      node(zone.id, centreOf(zone), zone.width, zone.height, `zone ${zone.kind}`, Z.zone),
    ),
    ...scene.wires.filter((wire) => !covered(wire)).flatMap(wireElements),
    ...scene.bars.map((bar) => node(bar.id, centreOf(bar), bar.width, bar.height, 'bar', Z.bar)),
    ...scene.stops.flatMap((stop) => stopElements(stop, scene, doubled.includes(stop.id))),
    ...scene.labels.map((label) => labelElement(label, say)),
  ];
}

function node(
  id: string,
  position: Point,
  width: number,
  height: number,
  classes: string,
  z: number,
): MapElement {
  return { group: 'nodes', data: { id, width, height, z }, position, classes };
}

function centreOf({ x, y, width, height }: { x: number; y: number; width: number; height: number }): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

function edge(
  id: string,
  from: string,
  to: string,
  line: Line,
  ends: readonly [Point, Point],
  classes: string,
  z: number,
): MapElement {
  const { points } = line;
  const between = bendsBetween(points);
  const bends =
    points.length > 2
      ? { weights: list(between.weights), distances: list(between.distances), radii: list(radiiOf(line)) }
      : {};
  const end = (point: Point, at: Point) => `${point.x - at.x}px ${point.y - at.y}px`;
  return {
    group: 'edges',
    data: {
      id,
      source: from,
      target: to,
      sourceEnd: end(points[0]!, ends[0]),
      targetEnd: end(points.at(-1)!, ends[1]),
      z,
      ...bends,
    },
    classes,
  };
}

/** Cytoscape reads lists of numbers from data as text. */
function list(numbers: readonly number[]): string {
  return numbers.map((number) => Math.round(number * 1e4) / 1e4).join(' ');
}

/** A wire ends at invisible nodes of its own: it belongs to the machines, not to a stop. */
function wireElements({ id, kind, line }: Wire): readonly MapElement[] {
  const [start, end] = [line.points[0]!, line.points.at(-1)!];
  const [from, to] = [`${id}:from`, `${id}:to`];
  return [
    node(from, start, 1, 1, 'anchor', 0),
    node(to, end, 1, 1, 'anchor', 0),
    edge(id, from, to, line, [start, end], kind, kind === 'lead' ? Z.lead : Z.wire),
  ];
}

function stopElements(stop: Stop, scene: Scene, doubled: boolean): readonly MapElement[] {
  const at = { x: stop.x, y: stop.y };
  const off = stop.off ? ' off' : '';
  switch (stop.kind) {
    case 'pod': {
      const state = stop.state === undefined || stop.state === 'ready' ? '' : ` ${stop.state}`;
      return [
        ...(stop.ring ? [node(`ring:${stop.id}`, at, 32, 32, 'ring', Z.ring)] : []),
        node(stop.id, at, 20, 20, `stop${off}${state}`, Z.stop),
        ...(stop.state === 'failing' ? [node(`sign:${stop.id}`, at, 9, 3, 'failure', Z.sign)] : []),
      ];
    }
    case 'anchor':
      return [node(stop.id, at, 1, 1, 'anchor', 0)];
    case 'host-pod':
      return [node(stop.id, at, 16, 16, `stop${off}`, Z.stop)];
    case 'more':
      return [node(stop.id, at, 20, 20, 'stop more off', Z.stop)];
    case 'decision': {
      const [width, height] = stop.turned ? [40, 28] : [28, 40];
      return [node(stop.id, at, width, height, `stop decision${off}`, Z.stop)];
    }
    case 'port': {
      const long = doubled ? 30 : 16;
      const [width, height] = scene.atlas.bridges === 'y' ? [16, long] : [long, 16];
      return [node(stop.id, at, width, height, 'stop port', Z.stop)];
    }
    case 'outside':
    case 'router':
      return [
        node(stop.id, at, 24, 24, `stop${off}`, Z.stop),
        ...(stop.kind === 'router' || scene.layer === 'kubernetes'
          ? [
              node(`meridian:${stop.id}`, at, 9, 23, 'globe', Z.sign),
              node(`equator:${stop.id}`, at, 22, 1.5, 'globe--line', Z.sign),
            ]
          : []),
      ];
    case 'service':
      // On the Kubernetes layer a station that lines pass through; on the network layer only rules, so a dashed ring.
      return scene.layer === 'kubernetes'
        ? [
            node(stop.id, at, 44, 44, `ring ring--station${off}`, Z.ring),
            node(`core:${stop.id}`, at, 22, 22, `ring ring--station${off}`, Z.stop),
          ]
        : [
            node(stop.id, at, 32, 32, 'ring ring--service', Z.ring),
            node(`core:${stop.id}`, at, 16, 16, 'ring ring--solid', Z.stop),
          ];
  }
}

const SIDES = { start: 'right', middle: 'center', end: 'left' } as const;

function labelElement(label: Label, say: (message: Message) => string): MapElement {
  const text = typeof label.text === 'string' ? label.text : say(label.text);
  const tone = label.tone === 'zone' ? 'zone-name' : label.tone;
  return {
    group: 'nodes',
    data: { id: label.id, label: text, side: SIDES[label.anchor], z: Z.label, width: 1, height: 1 },
    position: { x: label.x, y: label.y },
    classes: `label ${tone}`,
  };
}

/** The lines of a packet's trip, and the traveller. They are drawn whole; `progressOf` says how much of each shows. */
export function routeElements(
  route: Route,
  tone: LineTone,
  scene: Scene,
  under: { readonly route: Route; readonly tone: LineTone } | undefined,
): readonly MapElement[] {
  const at = new Map(scene.stops.map((stop) => [stop.id, { x: stop.x, y: stop.y }]));
  const lines = (of: Route, layer: string, classes: (leg: Leg) => string, z: number) =>
    of.legs.map((leg, index) =>
      edge(
        `${layer}:${index}`,
        leg.from,
        leg.to,
        leg.line,
        [at.get(leg.from)!, at.get(leg.to)!],
        classes(leg),
        z,
      ),
    );
  const hollow = tone === 'reply';
  return [
    ...(under
      ? lines(under.route, 'ghost', () => `line ghost ${under.tone}`, Z.ghost)
      : lines(route, 'casing', ({ ground }) => `line done casing ${ground}`, Z.casing)),
    ...lines(route, 'ahead', () => `line ahead ${tone}`, Z.ahead),
    // Under the gaps of a refusal's dashes the dots of what is to come must not show.
    ...(tone === 'blocked'
      ? lines(route, 'cover', () => `line done cover ${under?.tone ?? ''}`, Z.ahead + 1)
      : []),
    ...lines(route, 'done', () => `line done ${tone}`, Z.done),
    ...(hollow ? lines(route, 'core', () => 'line done core', Z.core) : []),
    ...route.legs.flatMap((leg, index) => chevrons(leg, index, tone)),
    node('refusal', startOf(route, at), 16, 4, 'sign hidden', Z.sign),
    node('here', startOf(route, at), 22, 22, 'here', Z.here),
  ];
}

function startOf(route: Route, at: ReadonlyMap<string, Point>): Point {
  return route.legs[0]?.line.points[0] ?? at.get(route.ends.from ?? '') ?? { x: 0, y: 0 };
}

/** An arrowhead on the longest straight piece of a leg: which way it runs. */
function chevrons(leg: Leg, index: number, tone: LineTone): readonly MapElement[] {
  const middle = longestStraight(leg.line, 34);
  if (middle === undefined || tone === 'blocked') return [];
  const { angle, ...at } = pointAt(leg.line, middle);
  const { centre, width, height, shape } = chevron(angle);
  const position = { x: at.x + centre.x, y: at.y + centre.y };
  const classes = `chevron hidden${tone === 'reply' ? ' reply' : ''}`;
  const element = node(`chevron:${index}`, position, width, height, classes, Z.chevron);
  return [{ ...element, data: { ...element.data, shape, after: leg.start + middle } }];
}

const CHEVRON: readonly (readonly [number, number])[] = [
  [-2.5, -3.6],
  [-0.8, -3.6],
  [2.6, 0],
  [-0.8, 3.6],
  [-2.5, 3.6],
  [0.6, 0],
];

/** A `>` turned by `angle`. Cytoscape stretches a polygon over its node's box, so the box is the turned shape's own. */
function chevron(angle: number): {
  readonly centre: Point;
  readonly width: number;
  readonly height: number;
  readonly shape: string;
} {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = CHEVRON.map(([x, y]) => ({ x: x * cos - y * sin, y: x * sin + y * cos }));
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const centre = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const [width, height] = [right - left, bottom - top];
  const shape = list(
    corners.flatMap(({ x, y }) => [((x - centre.x) * 2) / width, ((y - centre.y) * 2) / height]),
  );
  return { centre, width, height, shape };
}

/** What of a leg is drawn as travelled when the traveller has come `along` the trip, as a dash pattern. Not for none: hide it then. */
export function dashOf(leg: Leg, along: number, tone: LineTone): string {
  const done = Math.max(0, Math.min(leg.length, along - leg.start));
  if (tone !== 'blocked') return list([done, 100_000]);
  const pattern: number[] = [];
  for (let at = 0; at < done; at += 17) pattern.push(Math.min(10, done - at), 7);
  pattern[pattern.length - 1] = 100_000;
  return list(pattern);
}
