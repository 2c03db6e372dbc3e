export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect extends Point {
  readonly width: number;
  readonly height: number;
}

/** A way with rounded bends: the points that it would touch with none, and the radius it would like. */
export interface Line {
  readonly points: readonly Point[];
  readonly radius: number;
}

type Piece =
  | { readonly kind: 'straight'; readonly from: Point; readonly to: Point; readonly length: number }
  | {
      readonly kind: 'arc';
      readonly centre: Point;
      readonly radius: number;
      readonly from: number;
      readonly turn: number;
      readonly length: number;
    };

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** Leaves out points that repeat the one before, or lie straight between their neighbours. */
export function simplified(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    if (kept.length > 0 && distance(kept.at(-1)!, point) < 0.01) continue;
    while (kept.length > 1 && Math.abs(turnAt(kept.at(-2)!, kept.at(-1)!, point)) < 1e-6) kept.pop();
    kept.push(point);
  }
  return kept;
}

/** The change of direction at `corner`, in radians, clockwise on the screen. */
function turnAt(before: Point, corner: Point, after: Point): number {
  const into = Math.atan2(corner.y - before.y, corner.x - before.x);
  const out = Math.atan2(after.y - corner.y, after.x - corner.x);
  const turn = out - into;
  return turn > Math.PI ? turn - 2 * Math.PI : turn <= -Math.PI ? turn + 2 * Math.PI : turn;
}

/**
 * The radius of each bend. A bend takes at most half of each of its two segments, which is Cytoscape's own limit: so
 * what is computed here is what it draws.
 */
export function radiiOf({ points, radius }: Line): readonly number[] {
  return points.slice(1, -1).map((corner, index) => {
    const before = points[index]!;
    const after = points[index + 2]!;
    const room = Math.min(distance(before, corner), distance(corner, after)) / 2;
    const slope = Math.tan(Math.abs(turnAt(before, corner, after)) / 2);
    return slope < 1e-9 ? 0 : Math.min(radius, room / slope);
  });
}

function piecesOf(line: Line): readonly Piece[] {
  const { points } = line;
  const radii = radiiOf(line);
  const pieces: Piece[] = [];
  let from = points[0]!;
  const straight = (to: Point) => {
    const length = distance(from, to);
    if (length > 0.01) pieces.push({ kind: 'straight', from, to, length });
    from = to;
  };
  points.slice(1, -1).forEach((corner, index) => {
    const [before, after, radius] = [points[index]!, points[index + 2]!, radii[index]!];
    const turn = turnAt(before, corner, after);
    const tangent = radius * Math.tan(Math.abs(turn) / 2);
    const start = towards(corner, before, tangent);
    const heading = Math.atan2(corner.y - before.y, corner.x - before.x);
    const side = Math.sign(turn) * (Math.PI / 2);
    const centre = {
      x: start.x + radius * Math.cos(heading + side),
      y: start.y + radius * Math.sin(heading + side),
    };
    straight(start);
    pieces.push({ kind: 'arc', centre, radius, from: heading - side, turn, length: radius * Math.abs(turn) });
    from = towards(corner, after, tangent);
  });
  straight(points.at(-1)!);
  return pieces;
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}

/** The length along the rounded way. */
export function lengthOf(line: Line): number {
  return piecesOf(line).reduce((sum, { length }) => sum + length, 0);
}

/** The place after `along` of the way, and the direction there in radians. */
export function pointAt(line: Line, along: number): Point & { readonly angle: number } {
  let rest = Math.max(0, along);
  const pieces = piecesOf(line);
  for (const [index, piece] of pieces.entries()) {
    if (rest > piece.length && index < pieces.length - 1) {
      rest -= piece.length;
      continue;
    }
    const part = Math.min(1, rest / piece.length);
    if (piece.kind === 'straight') {
      const { from, to } = piece;
      const angle = Math.atan2(to.y - from.y, to.x - from.x);
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part, angle };
    }
    const at = piece.from + piece.turn * part;
    return {
      x: piece.centre.x + piece.radius * Math.cos(at),
      y: piece.centre.y + piece.radius * Math.sin(at),
      angle: at + (Math.sign(piece.turn) * Math.PI) / 2,
    };
  }
  return { ...(line.points[0] ?? { x: 0, y: 0 }), angle: 0 };
}

/** How far along the way each of its bends has its middle. */
export function bendsOf(line: Line): readonly number[] {
  let along = 0;
  return piecesOf(line).flatMap((piece) => {
    along += piece.length;
    return piece.kind === 'arc' ? [along - piece.length / 2] : [];
  });
}

/** The middle of the longest straight piece, as a length along the way; undefined when none has `room`. */
export function longestStraight(line: Line, room: number): number | undefined {
  let along = 0;
  let best: { readonly length: number; readonly middle: number } | undefined;
  for (const piece of piecesOf(line)) {
    if (piece.kind === 'straight' && piece.length >= room && piece.length > (best?.length ?? 0))
      best = { length: piece.length, middle: along + piece.length / 2 };
    along += piece.length;
  }
  return best?.middle;
}

/**
 * The bends as Cytoscape wants them: for each, how far along the straight line between the ends it lies (0 to 1), and
 * how far beside it.
 */
export function bendsBetween(points: readonly Point[]): {
  readonly weights: readonly number[];
  readonly distances: readonly number[];
} {
  const [start, end] = [points[0]!, points.at(-1)!];
  const span = distance(start, end) || 1;
  const [dx, dy] = [(end.x - start.x) / span, (end.y - start.y) / span];
  const inner = points.slice(1, -1);
  return {
    weights: inner.map(({ x, y }) => ((x - start.x) * dx + (y - start.y) * dy) / span),
    distances: inner.map(({ x, y }) => (y - start.y) * dx - (x - start.x) * dy),
  };
}

export function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** The distance of a point from the nearest place on an unrounded way. */
export function distanceFrom(points: readonly Point[], { x, y }: Point): number {
  return points.slice(1).reduce((least, end, index) => {
    const start = points[index]!;
    const [dx, dy] = [end.x - start.x, end.y - start.y];
    const part = Math.max(
      0,
      Math.min(1, ((x - start.x) * dx + (y - start.y) * dy) / (dx * dx + dy * dy || 1)),
    );
    return Math.min(least, distance({ x, y }, { x: start.x + part * dx, y: start.y + part * dy }));
  }, Number.POSITIVE_INFINITY);
}
