import { createHash } from 'node:crypto'
import type { Distribution } from './behaviour.ts'

/** A stream of numbers in [0, 1) that the seed determines. */
export type Random = () => number

/** The "sfc32" generator, started from the SHA-256 of the parts. */
export function createRandom(...parts: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest()
  let a = digest.readInt32LE(0)
  let b = digest.readInt32LE(4)
  let c = digest.readInt32LE(8)
  let counter = digest.readInt32LE(12)
  return () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
}

/** The 95th percentile of the standard normal distribution. */
const Z_95 = 1.6449

/** Draws from a log-normal distribution, by the Box–Muller transform. */
export function draw({ p50, p95 }: Distribution, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return p50 === 0 || p95 === p50 ? p50 : p50 * Math.exp((normal * Math.log(p95 / p50)) / Z_95)
}

/** One of several, which must not be none. */
export function pick<Item>(items: readonly [Item, ...Item[]], random: Random): Item {
  return items[Math.floor(random() * items.length)] ?? items[0]
}

const WORDS = (
  'amber basin cedar delta ember field grain harbour island juniper kernel lantern meadow north orchard prairie ' +
  'quarry river summit timber upland valley willow zephyr carries holds joins keeps moves shows turns'
).split(' ')

/** So many words of no meaning, separated by spaces. */
export function words(count: number, random: Random): string {
  return Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ')
}
