import { logMeanExp } from '../e-process.ts'

/** How much rarer than negligible a bad event may turn out to be. */
const RARER = [1 / 2, 1 / 4, 1 / 16]

/**
 * Evidence, as ln E, that fewer than `negligibleRate` of the canary's requests are bad. Null: at least that many are,
 * at any time. The e-process of a Bernoulli rate, a mixture of likelihood ratios.
 *
 * A metric that hardly ever goes wrong has no bad events to compare, so the ratio alone would never let a healthy
 * version pass; that its own rate is negligible is the other way to show that it does no harm.
 */
export function logRarityEvidence(
  { units, badUnits }: { readonly units: number; readonly badUnits: number },
  negligibleRate: number,
): number {
  return logMeanExp(
    RARER.map(
      (part) =>
        badUnits * Math.log(part) +
        (units - badUnits) * Math.log((1 - negligibleRate * part) / (1 - negligibleRate)),
    ),
  )
}
