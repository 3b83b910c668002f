/** A seeded source of randomness (mulberry32): the same seed, the same run. */
export type Random = {
  /** A whole number below `bound`. */
  below(bound: number): number;
  /** True once in `times` on average. */
  once(times: number): boolean;
  pick<T>(from: readonly T[]): T;
};

export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (bound) => Math.floor(next() * bound),
    once: (times) => next() * times < 1,
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
  };
}
