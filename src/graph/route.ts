import type { Hop, Step, Trace } from '../engine/index.ts';
import { bendsOf, distance, type Line, lengthOf, type Point, simplified } from './geometry.ts';
import type { Atlas, PodPlace, StopPlace } from './scene.ts';

/** One piece of a trip between two stops: what becomes one edge. */
export interface Leg {
  readonly from: string;
  readonly to: string;
  readonly line: Line;
  /** How far along the whole trip it begins, and how long it is, in pixels. */
  readonly start: number;
  readonly length: number;
  /** What it is drawn on: its casing takes that colour. */
  readonly ground: 'zone' | 'land';
}

/** A packet's way over a scene. */
export interface Route {
  readonly legs: readonly Leg[];
  readonly length: number;
  /** By hop and step: how far along the trip it happens. Never less than the step before. */
  readonly places: readonly (readonly number[])[];
  /** Stops that two lines of this trip pass side by side. */
  readonly doubled: readonly string[];
  /** The stop where the trip ends, and the one it comes from. */
  readonly ends: { readonly from: string | undefined; readonly to: string | undefined };
}

/** A stop that the trip passes, and the hop during which it does. */
interface Via extends StopPlace {
  readonly kind: 'pod' | 'decision' | 'card' | 'outside';
  readonly hop: number;
  /** The machine that it is, or belongs to. */
  readonly owner: string;
  /** Beside the middle of a decision point, where two lines of one trip would lie on each other. */
  lane: number;
}

const BEND = 28;
const LANE = 7;

/** Finds the way of a trace over the map. Undefined when no part of it is on the map. */
export function routeOf(trace: Trace, atlas: Atlas): Route | undefined {
  const vias = trace.hops.flatMap((hop, index) => viasOf(hop, index, trace.hops, atlas));
  if (vias.length === 0) return undefined;
  if (vias.length === 1 && vias[0]!.kind === 'pod') return loopback(trace, atlas.pod(vias[0]!.owner)!);
  spreadLanes(vias, atlas);
  const legs: Leg[] = [];
  const offsets: number[] = [0];
  let start = 0;
  for (const [index, to] of vias.entries()) {
    const from = vias[index - 1];
    if (!from) continue;
    const line = { points: simplified(pointsBetween(from, to, atlas)), radius: BEND };
    const length = from.stop === to.stop || line.points.length < 2 ? 0 : lengthOf(line);
    const ground = from.owner === to.owner || from.kind === 'pod' || to.kind === 'pod' ? 'zone' : 'land';
    if (length > 0) legs.push({ from: from.stop, to: to.stop, line, start, length, ground });
    start += length;
    offsets.push(start);
  }
  return {
    legs,
    length: start,
    places: placesOf(trace.hops, vias, offsets, legs),
    doubled: vias.filter(({ kind, lane }) => kind === 'card' && lane !== 0).map(({ stop }) => stop),
    ends: { from: vias[0]?.stop, to: vias.at(-1)?.stop },
  };
}

/** A packet that never leaves its pod: out of a socket, through `lo`, into another. */
function loopback({ hops }: Trace, { stop, at, loop }: PodPlace): Route {
  const turned = loop.at.y === at.y;
  const [dx, dy] = [loop.at.x - at.x, loop.at.y - at.y];
  const side = (by: number): readonly Point[] =>
    [0.35, 1].map((part) =>
      turned ? { x: at.x + dx * part, y: at.y + by } : { x: at.x + by, y: at.y + dy * part },
    );
  const wayOut = [at, ...side(-19), loop.at];
  const wayIn = [loop.at, ...[...side(19)].reverse(), at];
  const sent = hops.some(({ steps }) => steps.some(({ kind }) => kind === 'transmit'));
  const lines = sent ? [wayOut, wayIn] : [];
  let start = 0;
  const legs = lines.map((points, index): Leg => {
    const line = { points, radius: 16 };
    const leg = { line, start, length: lengthOf(line), ground: 'zone' as const };
    start += leg.length;
    return index === 0 ? { ...leg, from: stop, to: loop.stop } : { ...leg, from: loop.stop, to: stop };
  });
  const half = legs[0]?.length ?? 0;
  let along = 0;
  const places = hops.map(({ steps }) =>
    steps.map(({ kind }) => {
      if (kind === 'transmit') along = half * 0.6;
      else if (kind === 'receive') along = half * 1.4;
      else if (along > half) along = start;
      return along;
    }),
  );
  return { legs, length: start, places, doubled: [], ends: { from: stop, to: stop } };
}

/** The stops of one hop: a pod; or a node's card and decision point, as far as the packet comes to them. */
function viasOf(hop: Hop, index: number, hops: readonly Hop[], atlas: Atlas): readonly Via[] {
  const base = { hop: index, owner: hop.netns, lane: 0 };
  const pod = atlas.pod(hop.netns);
  if (pod) return [{ ...base, stop: pod.stop, at: pod.at, kind: 'pod' }];
  const node = atlas.node(hop.netns);
  if (!node) {
    const outside = atlas.outside(hop.netns);
    // Machines that share the way out's stop are passed once.
    const last = hops[index - 1]?.netns;
    const seen = last !== undefined && !atlas.node(last) && atlas.outside(last)?.stop === outside?.stop;
    return outside && !(seen && !atlas.pod(last)) ? [{ ...base, ...outside, kind: 'outside' }] : [];
  }
  const before = hops[index - 1];
  const after = hops[index + 1];
  const card: Via = { ...base, ...node.card, kind: 'card' };
  const decision: Via = { ...base, stop: node.stop, at: node.at, kind: 'decision' };
  return [
    ...(before && !atlas.pod(before.netns) ? [card] : []),
    ...(staysOnBridge(hop, atlas, before, after) ? [] : [decision]),
    ...((after && !atlas.pod(after.netns)) || leavesByCard(hop, after) ? [{ ...card }] : []),
  ];
}

/** The frame went from port to port, and the node never saw it as a packet of its own to route. */
function staysOnBridge(hop: Hop, atlas: Atlas, before: Hop | undefined, after: Hop | undefined): boolean {
  if (!before || !after || !atlas.pod(before.netns) || !atlas.pod(after.netns)) return false;
  const up = hop.steps.some(
    (step) =>
      step.kind === 'route' ||
      (step.kind === 'bridge' && (step.to === step.bridge || step.from === step.bridge)),
  );
  return !up && hop.steps.some(({ kind }) => kind === 'bridge');
}

/** Sent out by the network card, and never received by anybody. */
function leavesByCard(hop: Hop, after: Hop | undefined): boolean {
  const last = hop.steps.at(-1);
  return !after && last?.kind === 'transmit' && /^(eth|ens|enp)/.test(last.device);
}

/** Two lines between a node's bridge and its decision point, or between that and its card, lie side by side. */
function spreadLanes(vias: Via[], atlas: Atlas): void {
  vias.forEach((via, index) => {
    if (via.kind !== 'decision') return;
    const [before, after] = [vias[index - 1], vias[index + 1]];
    if (!before || !after || before.kind !== after.kind) return;
    if (before.kind === 'card') {
      before.lane = -LANE;
      after.lane = LANE;
    } else if (before.kind === 'pod') {
      const side = across(before.at, atlas) <= across(after.at, atlas) ? -LANE : LANE;
      before.lane = side;
      after.lane = -side;
    }
  });
}

/** The coordinate in which a zone's pods lie beside each other. */
function across({ x, y }: Point, atlas: Atlas): number {
  return atlas.bridges === 'y' ? y : x;
}

function moved({ x, y }: Point, by: number, atlas: Atlas): Point {
  return atlas.bridges === 'y' ? { x, y: y + by } : { x: x + by, y };
}

function pointsBetween(from: Via, to: Via, atlas: Atlas): readonly Point[] {
  if (from.kind === 'pod' && to.kind === 'pod') {
    const [a, b] = [atlas.pod(from.owner)!, atlas.pod(to.owner)!];
    return [a.at, a.port, b.port, b.at];
  }
  if (from.kind === 'pod' && to.kind === 'decision') return alongBridge(from, to, atlas);
  if (from.kind === 'decision' && to.kind === 'pod') return [...alongBridge(to, from, atlas)].reverse();
  if (from.owner === to.owner) {
    const lane = from.lane || to.lane;
    return [moved(from.at, lane, atlas), moved(to.at, lane, atlas)];
  }
  const points = atlas.link(from.owner, to.owner);
  return points.map((point) => {
    const lane =
      across(point, atlas) === across(from.at, atlas)
        ? from.lane
        : across(point, atlas) === across(to.at, atlas)
          ? to.lane
          : 0;
    return lane ? moved(point, lane, atlas) : point;
  });
}

/** From a pod along its wire to the bridge, along the bridge, and off to the decision point. */
function alongBridge(pod: Via, decision: Via, atlas: Atlas): readonly Point[] {
  const { at, port } = atlas.pod(pod.owner)!;
  const end = moved(decision.at, pod.lane, atlas);
  const corner = atlas.bridges === 'y' ? { x: port.x, y: end.y } : { x: end.x, y: port.y };
  return [at, port, corner, end];
}

/** How far along each step of each hop happens. */
function placesOf(
  hops: readonly Hop[],
  vias: readonly Via[],
  offsets: readonly number[],
  legs: readonly Leg[],
): readonly (readonly number[])[] {
  let furthest = 0;
  return hops.map((hop, index) => {
    const own = vias.flatMap((via, at) => (via.hop === index ? [{ via, at: offsets[at]! }] : []));
    const entering = own[0];
    const leaving = own.at(-1);
    const decision = own.find(({ via }) => via.kind === 'decision');
    return hop.steps.map((step) => {
      const along = alongOf(step, {
        entering: entering?.at ?? furthest,
        leaving: leaving?.at ?? furthest,
        centre: decision?.at ?? entering?.at ?? between(legs, furthest),
        inLeg: entering && own[0]!.via.kind === 'decision' ? legEndingAt(legs, entering.at) : undefined,
        outLeg: leaving && leaving.via.kind === 'decision' ? legStartingAt(legs, leaving.at) : undefined,
      });
      furthest = Math.max(furthest, along);
      return furthest;
    });
  });
}

interface Marks {
  readonly entering: number;
  readonly leaving: number;
  readonly centre: number;
  readonly inLeg: Leg | undefined;
  readonly outLeg: Leg | undefined;
}

function alongOf(step: Step, { entering, leaving, centre, inLeg, outLeg }: Marks): number {
  switch (step.kind) {
    case 'receive':
      return inLeg ? inLeg.start + beforeBridge(inLeg) : entering;
    case 'bridge':
      if (step.to === step.bridge) return inLeg ? inLeg.start + onBridge(inLeg, 'first') : centre;
      return outLeg ? outLeg.start + onBridge(outLeg, 'last') : centre;
    case 'transmit':
      return outLeg ? outLeg.start + outLeg.length - beforeBridge(reversed(outLeg)) : leaving;
    default:
      return centre;
  }
}

function legEndingAt(legs: readonly Leg[], along: number): Leg | undefined {
  return legs.find(({ start, length }) => Math.abs(start + length - along) < 0.5);
}

function legStartingAt(legs: readonly Leg[], along: number): Leg | undefined {
  return legs.find(({ start }) => Math.abs(start - along) < 0.5);
}

/** A hop without a stop of its own: a frame that crosses a bridge. It is in the middle of that leg. */
function between(legs: readonly Leg[], along: number): number {
  const leg = legStartingAt(legs, along);
  return leg ? leg.start + leg.length / 2 : along;
}

function reversed(leg: Leg): Leg {
  return { ...leg, line: { ...leg.line, points: [...leg.line.points].reverse() } };
}

/** On the wire between pod and bridge, where its name is written. */
function beforeBridge({ line, length }: Leg): number {
  const [pod, port] = line.points;
  return Math.min(length, line.points.length > 2 ? distance(pod!, port!) * 0.5 : length * 0.4);
}

function onBridge({ line, length }: Leg, which: 'first' | 'last'): number {
  const bends = bendsOf(line);
  return (which === 'first' ? bends[0] : bends.at(-1)) ?? length * 0.55;
}
