import { logGamma } from './special-functions.ts'

/** One variant's share as it was meant, and how many units it has. */
export interface CountedShare {
  readonly sharePercent: number
  readonly units: number
}

/** How firmly the shares are believed in at the start, as imagined units. */
const PRIOR_UNITS = 100

/** Below this the counts do not come from the shares: something loses units of one variant more than of another. */
export const SUSPICIOUS_RATIO = 0.001

/**
 * Anytime-valid p-value of "the units were dealt with the shares that were meant": 1 / E with the Dirichlet mixture
 *
 *     E = B(a + n) / B(a) / prod_k theta_k^n_k,   a_k = 100 theta_k
 *
 * the test for a sample ratio mismatch of Lindon and Malek (NeurIPS 2022, arXiv 2011.03567). A mismatch means that values
 * of one variant are missing more often, and then no comparison of the rest can be trusted.
 */
export function sampleRatioPValue(shares: readonly CountedShare[]): number {
  const meant = shares.map(({ sharePercent, units }) => ({ theta: sharePercent / 100, units }))
  const total = meant.reduce((sum, { units }) => sum + units, 0)
  let logE = logGamma(PRIOR_UNITS) - logGamma(PRIOR_UNITS + total)
  for (const { theta, units } of meant) {
    const prior = PRIOR_UNITS * theta
    logE += logGamma(prior + units) - logGamma(prior) - units * Math.log(theta)
  }
  return Math.min(1, Math.exp(-logE))
}
