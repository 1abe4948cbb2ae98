import { comparePairs } from './compare-pairs.ts'
import { type Figure, type OptimisationResult } from './result.ts'
import { geometricMean } from './measurement.ts'

/** Times of the statements that are run most, in milliseconds: one for each repetition, all statements together. */
export interface StatementTimes {
  readonly beforeMs: readonly number[]
  readonly afterMs: readonly number[]
}

/** A clock says 0 for what takes less than it can tell. */
const LEAST_MS = 0.001

export interface StatisticsJudgement {
  readonly isKept: boolean
  readonly figure: Figure
  readonly reason: string
}

/** New statistics are kept unless the statements are slower with them for certain: old ones are wrong in ways not measured here. */
export function judgeStatistics(
  { beforeMs, afterMs }: StatementTimes,
  confidence: number,
): StatisticsJudgement {
  const pairs = beforeMs.map((before, index) => ({
    before: Math.max(LEAST_MS, before),
    after: Math.max(LEAST_MS, afterMs[index] ?? before),
  }))
  const change = comparePairs(pairs, 1 - confidence)
  const isKept = change.interval.from <= 0
  return {
    isKept,
    figure: {
      name: 'hot statements',
      unit: 'ms',
      before: geometricMean(pairs.map((pair) => pair.before)),
      after: geometricMean(pairs.map((pair) => pair.after)),
      change,
    },
    reason: isKept
      ? 'the statements that are run most are not slower with new statistics'
      : 'the statements that are run most are slower with new statistics, so the old ones stay',
  }
}

/** The same as the result of the action. */
export function statisticsResult(
  { isKept, figure, reason }: StatisticsJudgement,
  isDryRun: boolean,
): OptimisationResult {
  const isFaster = (figure.change?.interval?.to ?? 0) < 0
  const outcome = isFaster ? 'better' : isKept ? 'no-gain' : 'worse'
  return {
    action: 'statistics',
    verdict: isKept ? (isDryRun ? 'proposed' : 'kept') : 'reverted',
    reason,
    tried: [{ name: 'ANALYZE', outcome, reason, figures: [figure] }],
  }
}
