/** A seeded source of chance: the same seed gives the same draws, in the same order. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
  /** A generator of its own, whose draws do not disturb this one's. The same name gives the same generator. */
  fork(name: string): Random;
}

/** Makes a {@link Random} from a whole number, with the mulberry32 generator (32 bits of state, public domain algorithm). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    fork(name) {
      let hash = 2166136261 ^ seed;
      for (let index = 0; index < name.length; index++) {
        hash = Math.imul(hash ^ name.charCodeAt(index), 16777619);
      }
      return createRandom(hash);
    },
  };
}
