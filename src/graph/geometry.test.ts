import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bendsBetween,
  bendsOf,
  distance,
  lengthOf,
  longestStraight,
  pointAt,
  radiiOf,
  simplified,
} from './geometry.ts';

const elbow = {
  points: [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 100 },
  ],
  radius: 28,
};

/** Ways along the axes, as the map's are, with bends that have room. */
const ways = fc
  .array(fc.tuple(fc.integer({ min: 8, max: 120 }), fc.boolean()), { minLength: 1, maxLength: 6 })
  .map((moves) => {
    const points = [{ x: 0, y: 0 }];
    moves.forEach(([by, forward], index) => {
      const { x, y } = points.at(-1)!;
      const signed = forward ? by : -by;
      points.push(index % 2 === 0 ? { x: x + signed, y } : { x, y: y + signed });
    });
    return { points: simplified(points), radius: 28 };
  });

test('a right angle is cut short by a quarter circle', () => {
  expect(lengthOf(elbow)).toBeCloseTo(72 + (Math.PI / 2) * 28 + 72);
  expect(radiiOf(elbow)).toEqual([28]);
  expect(bendsOf(elbow)[0]).toBeCloseTo(72 + (Math.PI / 4) * 28);
});

test('a bend takes at most half of each segment beside it, as Cytoscape’s do', () => {
  expect(
    radiiOf({
      points: [
        { x: 0, y: 0 },
        { x: 20, y: 0 },
        { x: 20, y: 100 },
      ],
      radius: 28,
    })[0],
  ).toBeCloseTo(10);
});

test('a way is walked from its first point to its last, in its own direction', () => {
  expect(pointAt(elbow, 0)).toMatchObject({ x: 0, y: 0, angle: 0 });
  const end = pointAt(elbow, lengthOf(elbow));
  expect(end.x).toBeCloseTo(100);
  expect(end.y).toBeCloseTo(100);
  expect(end.angle).toBeCloseTo(Math.PI / 2);
  expect(longestStraight(elbow, 34)).toBeCloseTo(36);
  expect(longestStraight(elbow, 80)).toBeUndefined();
});

describe('for any way', () => {
  test('equal steps along it are never longer than they should be: it has no gaps', () => {
    fc.assert(
      fc.property(ways, (line) => {
        const length = lengthOf(line);
        for (let along = 0; along < length; along += 5) {
          expect(distance(pointAt(line, along), pointAt(line, along + 5))).toBeLessThanOrEqual(5.001);
        }
      }),
    );
  });

  test('weights and distances give the bends back', () => {
    fc.assert(
      fc.property(ways, ({ points }) => {
        const [start, end] = [points[0]!, points.at(-1)!];
        const span = distance(start, end);
        fc.pre(span > 1);
        const { weights, distances } = bendsBetween(points);
        weights.forEach((weight, index) => {
          // Cytoscape's own sum: along the line between the ends, then across it, to the left of its direction.
          const across = { x: -(end.y - start.y) / span, y: (end.x - start.x) / span };
          const x = start.x + (end.x - start.x) * weight + across.x * distances[index]!;
          const y = start.y + (end.y - start.y) * weight + across.y * distances[index]!;
          expect(distance({ x, y }, points[index + 1]!)).toBeLessThan(1e-6);
        });
      }),
    );
  });
});
