import type { Packet, Trace } from '../engine/index.ts';
import { distance, overlap, type Point, type Rect } from './geometry.ts';
import type { Place } from './place.ts';
import type { Label, Scene } from './scene.ts';

/** What the traveller carries: the address that matters on this way, and the one before when this step changed it. */
export interface Tag {
  readonly side: 'source' | 'destination';
  readonly before?: string;
  readonly now: string;
}

export function tagOf(
  trace: Trace,
  direction: 'out' | 'back',
  { hop, step }: Pick<Place, 'hop' | 'step'>,
): Tag {
  const now = trace.hops[hop]?.steps[step]?.packet ?? trace.packet;
  const before =
    trace.hops[hop]?.steps[step - 1]?.packet ?? trace.hops[hop - 1]?.steps.at(-1)?.packet ?? trace.packet;
  const main = direction === 'out' ? 'destination' : 'source';
  const other = direction === 'out' ? 'source' : 'destination';
  // The other address is shown at the step that rewrites it (SNAT on the way out), and only there.
  const side =
    address(now, main) === address(before, main) && address(now, other) !== address(before, other)
      ? other
      : main;
  const [was, is] = [address(before, side), address(now, side)];
  return { side, now: is, ...(was === is ? {} : { before: was }) };
}

function address({ ip, transport }: Packet, side: 'source' | 'destination'): string {
  if (transport.protocol === 'icmp') return ip[side];
  return `${ip[side]}:${side === 'source' ? transport.sourcePort : transport.destinationPort}`;
}

export type TagSide = 'below' | 'above' | 'left' | 'right';

/** The tag's box, and the side of the traveller that it hangs on. */
export interface TagPlace extends Rect {
  readonly on: TagSide;
}

const GAP = 24;

/** Puts the tag where it hides least: labels above all, then stops, then the trip's own line. */
export function placeTag(
  scene: Scene,
  traveller: Point,
  size: { readonly width: number; readonly height: number },
  line: readonly Point[],
): TagPlace {
  const tall = scene.atlas.bridges === 'x';
  const order: readonly TagSide[] = tall
    ? ['left', 'right', 'below', 'above']
    : ['below', 'above', 'right', 'left'];
  const { width, height } = size;
  const labels = scene.labels.map(labelBox);
  const stops = scene.stops.map(({ x, y, kind }) => boxAround({ x, y }, kind === 'decision' ? 22 : 14));
  const places = order.map((on): TagPlace & { readonly cost: number } => {
    const horizontal = on === 'left' || on === 'right';
    const centre = {
      x: traveller.x + (on === 'left' ? -GAP - width / 2 : on === 'right' ? GAP + width / 2 : 0),
      y: traveller.y + (on === 'above' ? -GAP - height / 2 : on === 'below' ? GAP + height / 2 : 0),
    };
    // Above and below it may slide along to stay on the map.
    const x = horizontal
      ? centre.x - width / 2
      : Math.max(4, Math.min(scene.width - width - 4, centre.x - width / 2));
    const box = { x, y: centre.y - height / 2, width, height };
    const outside = width * height - overlap(box, { x: 0, y: 0, width: scene.width, height: scene.height });
    const hidden = labels.reduce((sum, label) => sum + overlap(box, label), 0);
    const crowded = stops.reduce((sum, stop) => sum + overlap(box, stop), 0);
    const covered = line.filter(
      (point) => overlap(box, boxAround(point, 3)) > 0 && distance(point, traveller) > 12,
    ).length;
    return { ...box, on, cost: outside * 10 + hidden * 2 + crowded + covered * 30 };
  });
  const best = places.reduce((least, place) => (place.cost < least.cost ? place : least));
  return { x: best.x, y: best.y, width, height, on: best.on };
}

function boxAround({ x, y }: Point, by: number): Rect {
  return { x: x - by, y: y - by, width: 2 * by, height: 2 * by };
}

const ADVANCE: Readonly<Record<Label['tone'], number>> = { zone: 8.4, name: 7.6, note: 6.6, address: 7.6 };

/** Roughly the room that a label takes: what is known of it without a canvas. */
export function labelBox(label: Label): Rect {
  const letters = typeof label.text === 'string' ? label.text.length : 16;
  const width = letters * ADVANCE[label.tone];
  const x =
    label.anchor === 'start' ? label.x : label.anchor === 'end' ? label.x - width : label.x - width / 2;
  return { x, y: label.y - 9, width, height: 18 };
}
