import type { Random } from '../rollout-decision/random.ts'

/** A standard normal number, by the polar form of two uniform ones (Box and Muller 1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()))
  return radius * Math.cos(2 * Math.PI * random.uniform())
}

/** A number with mean 1 whose logarithm has this standard deviation. */
export function logNormal(random: Random, deviation: number): number {
  return Math.exp(deviation * normal(random) - deviation ** 2 / 2)
}

/** From so many calls on their sum is drawn as a normal number. */
const MANY_CALLS = 40

/** The cost of so many calls, each log-normal with mean 1 and deviation 1 of its logarithm. */
export function sumOfCalls(random: Random, calls: number): number {
  if (calls >= MANY_CALLS) return Math.max(0, calls + Math.sqrt(calls * (Math.E - 1)) * normal(random))
  let sum = 0
  for (let call = 0; call < calls; call++) sum += logNormal(random, 1)
  return sum
}
