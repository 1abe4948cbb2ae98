import { studentTwoSided } from '../experiments/evidence/special-functions.ts'
import type { Change } from './result.ts'

/** The same quantity measured under both settings, one right after the other. Both above 0. */
export interface Pair {
  readonly before: number
  readonly after: number
}

/** Fewer pairs say nothing about how far they scatter. */
export const LEAST_PAIRS = 3

/**
 * The ratio of two settings with its interval, by Student's t on the logarithms of the pairs' ratios (paired observations: Jain,
 * The Art of Computer Systems Performance Analysis, 1991, 13.4.1; Student, Biometrika 6, 1908). What disturbs a machine
 * disturbs both of a pair, and drops out. The mean is the geometric one: measured the other way round it is exactly the inverse.
 * @param tail the probability of each side beyond the interval: 0.05 makes its lower end a bound that holds in 95 of 100
 * @throws RangeError for fewer than three pairs, or for a value that is not above 0
 */
export function comparePairs(pairs: readonly Pair[], tail: number): Required<Change> {
  if (pairs.length < LEAST_PAIRS)
    throw new RangeError(`${pairs.length} pairs are too few; at least ${LEAST_PAIRS}`)
  const logs = pairs.map(({ before, after }) => {
    if (!(before > 0 && after > 0)) throw new RangeError(`${before} and ${after} have no ratio`)
    return Math.log(after / before)
  })
  const { mean, standardError } = momentsOf(logs)
  const reach = studentQuantile(1 - tail, logs.length - 1) * standardError
  return {
    share: Math.expm1(mean),
    interval: { from: Math.expm1(mean - reach), to: Math.expm1(mean + reach) },
  }
}

/** The same for differences: the mean of `after - before` with its interval. Values may have any sign. */
export function compareDifferences(
  pairs: readonly Pair[],
  tail: number,
): { readonly mean: number; readonly from: number; readonly to: number } {
  if (pairs.length < LEAST_PAIRS)
    throw new RangeError(`${pairs.length} pairs are too few; at least ${LEAST_PAIRS}`)
  const { mean, standardError } = momentsOf(pairs.map(({ before, after }) => after - before))
  const reach = studentQuantile(1 - tail, pairs.length - 1) * standardError
  return { mean, from: mean - reach, to: mean + reach }
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly standardError: number } {
  const { length } = values
  const mean = values.reduce((sum, value) => sum + value, 0) / length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (length - 1) / length) }
}

const MOST_HALVINGS = 200

/** The value that Student's t with `freedom` degrees of freedom stays below with probability `share`, from 0.5 on. */
export function studentQuantile(share: number, freedom: number): number {
  const beyond = 2 * (1 - share)
  let [low, high] = [0, 1]
  while (studentTwoSided(high, freedom) > beyond) high *= 2
  for (let halving = 0; halving < MOST_HALVINGS && high - low > 1e-12 * high; halving++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, freedom) > beyond) low = middle
    else high = middle
  }
  return (low + high) / 2
}
