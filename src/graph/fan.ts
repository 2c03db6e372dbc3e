import type { Point } from './geometry.ts';

/**
 * From a station straight on past its labels, across at half a right angle (steeper where there is no room for that),
 * and straight into a stop.
 */
export function fan(from: Point, to: Point): readonly Point[] {
  const side = to.x >= from.x ? 1 : -1;
  const drop = Math.abs(to.y - from.y);
  const room = Math.abs(to.x - from.x);
  const first = room < 160 ? 28 : side > 0 ? 78 : 48;
  const lean = Math.min(drop, Math.max(16, room - first - 34));
  return [from, { x: from.x + side * first, y: from.y }, { x: from.x + side * (first + lean), y: to.y }, to];
}
