import { normaliseWeights, type ScoreWeights } from '../catalog/score-weights.ts'
import type { Appraisal } from './order/appraisal.ts'

/** One part of a score. */
export interface ScoreTerm {
  readonly name: 'cost' | 'latency' | 'quality'
  /** In nano-dollars, in milliseconds, or from 0 to 1. */
  readonly value: number
  /** 0 (worst) to 1 (best). */
  readonly points: number
  /** Its share of the score; the shares sum to 1. */
  readonly weight: number
}

/** How good a choice an option is, 0 to 1, and what that is made of. */
export interface Score {
  readonly total: number
  readonly terms: readonly ScoreTerm[]
}

/** From the value that gets all points to the one that gets none. */
const RANGES = {
  /** A thousandth of a cent to a dollar. */
  cost: [10_000, 1_000_000_000],
  /** A tenth of a second to 100 seconds. */
  latency: [100, 100_000],
} as const

/** Below this, scores are the same: no two machines need agree on the last bits of a logarithm. */
const STEPS = 1_000_000

/**
 * The weighted score of one option. Cost and latency count by their order of magnitude, on ranges that do not depend
 * on who else is there: ten times the cost always takes the same points away. So the order of two options never
 * changes because a third one came or went.
 */
export function score({ costNanoUsd, latencyMs, quality }: Appraisal, weights: ScoreWeights): Score {
  const shares = normaliseWeights(weights)
  const terms: readonly ScoreTerm[] = [
    { name: 'cost', value: costNanoUsd, points: logPoints(costNanoUsd, RANGES.cost), weight: shares.cost },
    {
      name: 'latency',
      value: latencyMs,
      points: logPoints(latencyMs, RANGES.latency),
      weight: shares.latency,
    },
    { name: 'quality', value: quality, points: inSteps(quality), weight: shares.quality },
  ]
  return { total: inSteps(terms.reduce((sum, { points, weight }) => sum + points * weight, 0)), terms }
}

function logPoints(value: number, [best, worst]: readonly [number, number]): number {
  if (value <= best) return 1
  if (value >= worst) return 0
  return inSteps(1 - Math.log10(value / best) / Math.log10(worst / best))
}

function inSteps(points: number): number {
  return Math.round(points * STEPS) / STEPS
}
