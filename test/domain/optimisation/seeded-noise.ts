/** A source of noise that is the same in every run. */
export interface SeededNoise {
  /** 0 to 1. */
  uniform(): number
  /** Of mean 0 and deviation 1. */
  normal(): number
}

/** mulberry32, and Box and Muller's method over it. */
export function createSeededRandom(seed: number): SeededNoise {
  let state = seed
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}
