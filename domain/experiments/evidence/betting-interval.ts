import type { AnytimeEvidence } from './interval.ts'

/** How much of its money a bet may risk at most. */
const BOLDNESS = 0.75
/** Halvings of the range in which an end of the interval lies: to a millionth of a millionth. */
const HALVINGS = 40

/**
 * The mean of bounded scores, by betting: with X = (score / bound + 1) / 2 and for every possible mean m
 *
 *     K+(m) = prod_i (1 + lambda_i (X_i - m)),   K-(m) = prod_i (1 - lambda_i (X_i - m))
 *     lambda_i = min(sqrt(2 ln(2 / alpha) / (var_(i-1) i ln(1 + i))), cap)
 *
 * Both are martingales while m is the mean of every X_i given those before it, so that either ever reaches 2 / alpha has a
 * probability of at most alpha (Ville). The interval holds what neither refutes: the hedged, predictable plug-in
 * betting confidence sequence of Waudby-Smith and Ramdas (JRSS-B 2024, arXiv 2010.09686), with stakes that do not depend
 * on m, so that K+ falls and K- rises in m and the ends are found by halving.
 * @param bound no score is larger than this, either way; their mean lies from -1 to 1
 */
export function bettingInterval(
  scores: readonly number[],
  bound: number,
  errorRate: number,
): AnytimeEvidence {
  const bets = placeStakes(scores, bound, errorRate)
  const limit = Math.log(2 / errorRate)
  const from = largest((effect) => logCapital(bets, toUnit(effect, bound), 1) >= limit, -1, 1)
  const to = largest((effect) => logCapital(bets, toUnit(-effect, bound), -1) >= limit, -1, 1)
  const best = Math.max(logCapital(bets, 0.5, 1), logCapital(bets, 0.5, -1))
  const sum = scores.reduce((total, score) => total + score, 0)
  return {
    effect: scores.length === 0 ? 0 : clip(sum / scores.length, -1, 1),
    interval: { from, to: -to },
    pValue: Math.min(1, 2 * Math.exp(-best)),
  }
}

/** A score that became a number from 0 to 1, and what was staked before it was known. */
interface Bet {
  readonly x: number
  readonly stake: number
}

function placeStakes(scores: readonly number[], bound: number, errorRate: number): readonly Bet[] {
  const cap = BOLDNESS / toUnit(1, bound)
  let [sum, squares] = [0.5, 0.25]
  return scores.map((score, index) => {
    const place = index + 1
    const variance = squares / place
    const plain = Math.sqrt((2 * Math.log(2 / errorRate)) / (variance * place * Math.log(1 + place)))
    const x = toUnit(score, bound)
    sum += x
    squares += (x - sum / (place + 1)) ** 2
    return { x, stake: Math.min(plain, cap) }
  })
}

/** @param side 1 for K+, -1 for K- */
function logCapital(bets: readonly Bet[], mean: number, side: 1 | -1): number {
  let sum = 0
  for (const { x, stake } of bets) sum += Math.log1p(side * stake * (x - mean))
  return sum
}

/** The largest value at which a condition holds that holds for all smaller ones; `from` where it holds nowhere. */
function largest(holds: (value: number) => boolean, from: number, to: number): number {
  if (!holds(from)) return from
  let [low, high] = [from, to]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2
    if (holds(middle)) low = middle
    else high = middle
  }
  return low
}

function toUnit(score: number, bound: number): number {
  return (score / bound + 1) / 2
}

function clip(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
