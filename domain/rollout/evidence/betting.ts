/** What a bet on the mean needs to remember; JSON-safe. */
export interface Bets {
  readonly pairs: number
  /** Sum of the scores x, and of their squares. */
  readonly sum: number
  readonly sumOfSquares: number
  /** ln W against "not worse than `margin`", and ln W' against "worse than `unacceptable`". */
  readonly logHarm: number
  readonly logSafety: number
}

export const NO_BETS: Bets = { pairs: 0, sum: 0, sumOfSquares: 0, logHarm: 0, logSafety: 0 }

/** By how much the canary's mean score may lie under the stable arm's. Scores go from 0 to 1. */
export interface QualityMargins {
  /** delta: so much is fine. */
  readonly margin: number
  /** delta1: so much must not be promoted. */
  readonly unacceptable: number
}

/** Before the first pair the scores are taken to be equal on the whole and to differ a little: one imagined pair. */
const PRIOR_MEAN = 0.5
const PRIOR_VARIANCE = 0.05

/**
 * Bets on matched pairs of scores, one after the other. With x = (canary - stable + 1) / 2, m0 = (1 - delta) / 2 and
 * m1 = (1 - delta1) / 2
 *
 *     W_n  = prod_i (1 + lambda_i (m0 - x_i)),   lambda_i = clip((m0 - mu) / (var + (m0 - mu)^2), 0, 0.5 / (1 - m0))
 *     W'_n = prod_i (1 + kappa_i (x_i - m1)),    kappa_i  = clip((mu - m1) / (var + (mu - m1)^2), 0, 0.5 / m1)
 *
 * mu and var from the pairs before i: the betting e-process of Waudby-Smith and Ramdas (JRSS-B 2024,
 * arXiv 2010.09686). Each factor has a mean of at most 1 under its null and is at least 0.5.
 * @param differences canary - stable of each pair, -1 to 1
 */
export function placeBets(bets: Bets, differences: readonly number[], margins: QualityMargins): Bets {
  return differences.reduce((so, difference) => placeBet(so, (difference + 1) / 2, margins), bets)
}

function placeBet(bets: Bets, score: number, { margin, unacceptable }: QualityMargins): Bets {
  const count = bets.pairs + 1
  const mean = (bets.sum + PRIOR_MEAN) / count
  const spread = bets.sumOfSquares + PRIOR_VARIANCE + PRIOR_MEAN ** 2
  const variance = Math.max(spread / count - mean ** 2, 1e-6)
  const fine = (1 - margin) / 2
  const bad = (1 - unacceptable) / 2
  const stake = clip((fine - mean) / (variance + (fine - mean) ** 2), 0.5 / (1 - fine))
  const counterStake = clip((mean - bad) / (variance + (mean - bad) ** 2), 0.5 / bad)
  return {
    pairs: count,
    sum: bets.sum + score,
    sumOfSquares: bets.sumOfSquares + score ** 2,
    logHarm: bets.logHarm + Math.log1p(stake * (fine - score)),
    logSafety: bets.logSafety + Math.log1p(counterStake * (score - bad)),
  }
}

function clip(stake: number, most: number): number {
  return Math.min(Math.max(stake, 0), most)
}
