import type { Random } from '../../apimachinery/index.ts';

/**
 * A free place of `[from, to)`, at random: a random start, then the next free one, around the range once. Undefined
 * when all are taken.
 */
export function randomFreePlace(
  random: Random,
  from: number,
  to: number,
  taken: (place: number) => boolean,
): number | undefined {
  const size = to - from;
  if (size <= 0) return undefined;
  const start = random.below(size);
  for (let step = 0; step < size; step++) {
    const place = from + ((start + step) % size);
    if (!taken(place)) return place;
  }
  return undefined;
}
