import type { ExperimentUnit } from '../../../domain/experiments/evidence/contrast.ts'

/** mulberry32: numbers in [0, 1) that are the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Units of two variants, `plain` and `warm`, each unit dealt anew. */
export function dealUnits(
  count: number,
  random: () => number,
  { share = 0.5, draw }: { share?: number; draw: (variant: string, index: number) => number },
): readonly ExperimentUnit[] {
  return Array.from({ length: count }, (_, index) => {
    const variant = random() < share ? 'warm' : 'plain'
    return { variant, value: draw(variant, index) }
  })
}

/** A normal number, by Box and Muller. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
