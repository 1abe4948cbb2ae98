import type { MetricName } from './metric.ts'
import type { Verdict } from './feedback.ts'

/** What became of one request of an experiment. What is not known is absent. */
export interface ObservedOutcome {
  /** What it was dealt by: its session, its user or itself. */
  readonly key: string
  /** What it was assigned to. */
  readonly variant: string
  /** Whether its first attempt with what it was assigned to brought an answer. */
  readonly isFirstCompleted: boolean
  /** Whether any attempt brought an answer. */
  readonly isAnswered: boolean
  readonly isRefused: boolean
  readonly answerSchema?: 'valid' | 'invalid'
  readonly latencyMs?: number
  readonly costNanoUsd?: number
  readonly verdict?: Verdict
  readonly score?: number
}

/**
 * The value of a request in a metric; `undefined` where it says nothing about it. A request counts for what it was assigned
 * to, also where something else answered in the end: only the assignment is random.
 */
export function valueOf(outcome: ObservedOutcome, metric: MetricName): number | undefined {
  const { isFirstCompleted, isAnswered, isRefused, answerSchema, verdict } = outcome
  switch (metric) {
    case 'answered-well':
      return toNumber(isFirstCompleted && !isRefused && answerSchema !== 'invalid')
    case 'refused':
      return isAnswered ? toNumber(isRefused) : undefined
    case 'schema-valid':
      return answerSchema === undefined ? undefined : toNumber(answerSchema === 'valid')
    case 'feedback-good':
      return verdict === undefined ? undefined : toNumber(verdict === 'good')
    case 'score':
      return outcome.score
    case 'latency-ms':
      return outcome.latencyMs
    case 'cost-nano-usd':
      return outcome.costNanoUsd
  }
}

function toNumber(isSo: boolean): 0 | 1 {
  return isSo ? 1 : 0
}
