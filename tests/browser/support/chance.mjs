// Chance that can be repeated: the seed is printed, GONGJIAN_SEED sets it.

// A generator of whole numbers below a bound.
export function newChance() {
  const seed = Number(process.env.GONGJIAN_SEED ?? Date.now() % 0x7fffffff);
  let state = seed >>> 0;
  const below = (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
  return { seed, below };
}
