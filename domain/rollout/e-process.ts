/** Bad events of one guard that happened while the canary had one weight. */
export interface BadEvents {
  /** P(canary) of each request that could have been one of them, 0 to 1, as it was logged with the request. */
  readonly weight: number
  readonly canaryBad: number
  readonly stableBad: number
}

/** The most that may be lost by a wrong decision unless a plan says otherwise: 1 in 20. */
export const DEFAULT_ERROR_RATE = 0.05

const SMALLEST_HARM = 1.25
const LARGEST_HARM = 8
const HARMS = 12
const HARMLESS_RATIOS = [1, 0.75, 0.5]

/** What a canary could be worse by, as multiples of the ratio that is still fine: 12 log-spaced points, 1.25 to 8. */
const HARMS_ON_GRID = Array.from(
  { length: HARMS },
  (_, index) => SMALLEST_HARM * (LARGEST_HARM / SMALLEST_HARM) ** (index / (HARMS - 1)),
)

/**
 * The probability that a bad event is the canary's: theta(w, r) = w r / (w r + 1 - w).
 * @param weight w, the share of requests that the canary gets
 * @param ratio r, how much more often a request of the canary is bad than one of the stable arm
 */
export function canaryShareOfBad(weight: number, ratio: number): number {
  return (weight * ratio) / (weight * ratio + 1 - weight)
}

/**
 * The natural logarithm of the conditional-count e-process
 *
 *     E_n = 1/J sum_j prod_i (theta(w_i, r_j) / theta(w_i, r0))^A_i ((1 - theta(w_i, r_j)) / (1 - theta(w_i, r0)))^(1 - A_i)
 *
 * over all bad events i, with A_i = 1 for the canary's: the multinomial e-process of Lindon and Malek (NeurIPS 2022),
 * one-sided and with a weight that changes. Given that an event is bad, only its arm is random, so a base rate that
 * drifts or an incident that both arms share cancels. Every factor has a mean of at most 1 while the true ratio lies on
 * the null's side of r0 (linear in theta, 1 at r0), so by Ville's inequality P(E_n ever >= 1 / alpha) <= alpha however
 * often it is looked at and however the weights are chosen.
 *
 * With C bad events of the canary and N_w bad events at weight w the product for r_j is, in logarithms,
 * C ln(r_j / r0) + sum_w N_w ln((w r0 + 1 - w) / (w r_j + 1 - w)): no order, so totals that are counted anew each time
 * give the same as a running sum. At weight 0 or 1 an event says nothing about the ratio.
 */
export function logEValue(
  events: readonly BadEvents[],
  nullRatio: number,
  alternatives: readonly number[],
): number {
  return logMeanExp(alternatives.map((ratio) => logLikelihoodRatio(events, nullRatio, ratio)))
}

/** ln of the product over all bad events for one alternative. */
function logLikelihoodRatio(events: readonly BadEvents[], nullRatio: number, ratio: number): number {
  const logOfCanary = Math.log(ratio / nullRatio)
  let sum = 0
  for (const { weight, canaryBad, stableBad } of events) {
    if (weight <= 0 || weight >= 1) continue
    const logOfAll = Math.log((weight * nullRatio + 1 - weight) / (weight * ratio + 1 - weight))
    sum += canaryBad * logOfCanary + (canaryBad + stableBad) * logOfAll
  }
  return sum
}

/**
 * Evidence, as ln E, that the canary is bad more than `tolerated` times as often as the stable arm. Null: it is not.
 * @param tolerated r0, 1 or a little more
 */
export function logHarmEvidence(events: readonly BadEvents[], tolerated: number): number {
  return logEValue(
    events,
    tolerated,
    HARMS_ON_GRID.map((harm) => tolerated * harm),
  )
}

/**
 * Evidence, as ln E', that the canary is bad less than `unacceptable` times as often as the stable arm: the mirror of
 * `logHarmEvidence`. Null: it is bad at least that often.
 * @param unacceptable r1, the smallest ratio that must not be promoted, above 1
 */
export function logSafetyEvidence(events: readonly BadEvents[], unacceptable: number): number {
  return logEValue(events, unacceptable, HARMLESS_RATIOS)
}

/** What ln E has to reach when an error of at most `errorRate` is spent on it: ln(1 / errorRate). */
export function logBound(errorRate: number): number {
  return -Math.log(errorRate)
}

/** ln of the mean of exponentials, without leaving the range of numbers. */
export function logMeanExp(logs: readonly number[]): number {
  const largest = Math.max(...logs)
  let sum = 0
  for (const log of logs) sum += Math.exp(log - largest)
  return largest + Math.log(sum / logs.length)
}
