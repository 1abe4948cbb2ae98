import type { AnytimeEvidence } from './interval.ts'

/** Fewer scores than this say nothing: a variance of two numbers is a guess. */
const FEWEST = 10

/**
 * The mean of scores without a bound, such as times and costs: the asymptotic confidence sequence
 *
 *     mean +- sd sqrt(2 (n rho^2 + 1) / (n^2 rho^2) ln(sqrt(n rho^2 + 1) / alpha))
 *
 * of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Annals of Statistics 52(6), 2024, theorem 2.2, doi
 * 10.1214/24-AOS2408): a normal mixture as in Howard, Ramdas, McAuliffe and Sekhon (Annals of Statistics 49(2), 2021,
 * arXiv 1810.08240). Valid at all times together, in the limit: it needs a sample before the first look, as the central
 * limit theorem does.
 * @param plannedScores where it is tightest
 */
export function asymptoticInterval(
  scores: readonly number[],
  plannedScores: number,
  errorRate: number,
): AnytimeEvidence {
  const count = scores.length
  const effect = count === 0 ? 0 : scores.reduce((total, score) => total + score, 0) / count
  if (count < FEWEST) return { effect, interval: { from: -Infinity, to: Infinity }, pValue: 1 }
  const variance = scores.reduce((total, score) => total + (score - effect) ** 2, 0) / (count - 1)
  const tuned = tunedFor(plannedScores, errorRate)
  const grown = count * tuned + 1
  const half = Math.sqrt(
    ((variance * 2 * grown) / (count ** 2 * tuned)) * Math.log(Math.sqrt(grown) / errorRate),
  )
  const logP =
    variance === 0
      ? effect === 0
        ? 0
        : -Infinity
      : Math.log(grown) / 2 - (effect ** 2 * count ** 2 * tuned) / (2 * variance * grown)
  return { effect, interval: { from: effect - half, to: effect + half }, pValue: Math.min(1, Math.exp(logP)) }
}

/** rho^2 that makes the interval tightest at `scores`, to a good approximation (same paper, appendix). */
function tunedFor(scores: number, errorRate: number): number {
  const twice = -2 * Math.log(errorRate)
  return (twice + Math.log(twice + 1)) / Math.max(1, scores)
}
