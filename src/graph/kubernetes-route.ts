import type { Trace } from '../engine/index.ts';
import { fan } from './fan.ts';
import { lengthOf, type Point, simplified } from './geometry.ts';
import type { Leg, Route } from './route.ts';
import type { Scene } from './scene.ts';

/** The way of a packet over this layer: asker, Service (when the packet asked for one), answerer. */
export function kubernetesRoute(trace: Trace, scene: Scene): Route | undefined {
  const { atlas } = scene;
  const ends = [0, trace.hops.length - 1];
  const pods = trace.hops.flatMap(({ netns }, hop) => {
    const place = (ends.includes(hop) ? atlas.outside(netns) : undefined) ?? atlas.pod(netns);
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
