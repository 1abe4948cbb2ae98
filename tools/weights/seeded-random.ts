/** Draws that depend on the seed alone, on every machine. */
export interface SeededRandom {
  /** Even on [0, 1). */
  uniform(): number
  /** About normal: mean 0, variance 1. */
  normal(): number
}

/** The small fast counter generator `sfc32`, seeded with at least 16 bytes. */
export function createSeededRandom(seed: Buffer): SeededRandom {
  let a = seed.readInt32LE(0)
  let b = seed.readInt32LE(4)
  let c = seed.readInt32LE(8)
  let counter = seed.readInt32LE(12)
  const uniform = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  // Twelve even draws: no logarithm or cosine, whose last bit differs between machines.
  const normal = (): number => {
    let sum = -6
    for (let draw = 0; draw < 12; draw += 1) sum += uniform()
    return sum
  }
  return { uniform, normal }
}
