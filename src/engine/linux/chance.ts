/**
 * Random numbers that can be looked at before they are used: a trace that is not committed uses none up, so "what if"
 * never changes what happens next.
 */
export interface Chance {
  /** The number that comes after `used` others. */
  peek(used: number): number;
  consume(count: number): void;
}

export function createChance(random: () => number): Chance {
  const ahead: number[] = [];
  return {
    peek(used) {
      while (ahead.length <= used) ahead.push(random());
      return ahead[used]!;
    },
    consume(count) {
      ahead.splice(0, count);
    },
  };
}
