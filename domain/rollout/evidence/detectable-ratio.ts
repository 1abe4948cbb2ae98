import { canaryShareOfBad, logBound } from '../e-process.ts'

/** Ratios beyond this one are not told apart. */
const LARGEST_RATIO = 1000
const HALVINGS = 60

/**
 * About how many bad events of both arms together it takes to see that the canary is bad `ratio` times as often:
 * ln(1 / errorRate) / KL(theta(w, ratio) || theta(w, tolerated)). The mixture over the grid costs 20 to 30 % more.
 */
export function badEventsToSee(ratio: number, weight: number, errorRate: number, tolerated = 1): number {
  const actual = canaryShareOfBad(weight, ratio)
  const expected = canaryShareOfBad(weight, tolerated)
  const divergence =
    actual * Math.log(actual / expected) + (1 - actual) * Math.log((1 - actual) / (1 - expected))
  return logBound(errorRate) / divergence
}

/**
 * The smallest ratio that a step is expected to see, from its traffic; `undefined` when it sees none.
 * @param step requests of both arms while it lasts, the share of them that is bad on the stable arm, the canary's weight
 */
export function detectableRatio(
  step: { readonly requests: number; readonly badRate: number; readonly weight: number },
  errorRate: number,
  tolerated = 1,
): number | undefined {
  const { requests, badRate, weight } = step
  if (weight <= 0 || weight >= 1) return undefined
  const isSeen = (ratio: number): boolean =>
    requests * badRate * (weight * ratio + 1 - weight) >= badEventsToSee(ratio, weight, errorRate, tolerated)
  if (!isSeen(LARGEST_RATIO)) return undefined
  let [below, above] = [tolerated, LARGEST_RATIO]
  for (let round = 0; round < HALVINGS; round++) {
    const middle = (below + above) / 2
    if (isSeen(middle)) above = middle
    else below = middle
  }
  return above
}
