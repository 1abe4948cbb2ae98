import type { CallFailure } from '../failure.ts'
import { FAILURE_POLICIES } from './failure-policy.ts'

/** Where a call stands when one of its attempts has failed. */
export interface FailedAttempt {
  readonly failure: CallFailure
  /** Index of the candidate that failed, from 0. */
  readonly candidateIndex: number
  readonly candidateCount: number
  /** Attempts made on this candidate so far, this one included. */
  readonly attemptsHere: number
}

export type NextStep =
  | { readonly action: 'retry-here'; readonly waitMs: number }
  | { readonly action: 'next-candidate' }
  | { readonly action: 'give-up' }

/** First pause before trying the same candidate again, in milliseconds; doubles each time. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000

/** With another candidate at hand, a wait longer than this is not worth it, in milliseconds. */
const PATIENCE_MS = 10_000

/**
 * Decides what follows a failed attempt.
 * @param random a number in [0, 1): spreads the retries of many callers ("equal jitter": half fixed, half random)
 */
export function nextStep(attempt: FailedAttempt, random: number): NextStep {
  const policy = FAILURE_POLICIES[attempt.failure.kind]
  const hasNext = policy.tryNext && attempt.candidateIndex + 1 < attempt.candidateCount
  if (attempt.attemptsHere <= policy.retriesHere) {
    const waitMs = pauseMs(attempt, random)
    if (!hasNext || waitMs <= PATIENCE_MS) return { action: 'retry-here', waitMs }
  }
  return hasNext ? { action: 'next-candidate' } : { action: 'give-up' }
}

/** The provider's own wish counts in full; otherwise exponential back-off with jitter. */
function pauseMs({ failure, attemptsHere }: FailedAttempt, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attemptsHere - 1))
  const backOff = Math.round(longest / 2 + (random * longest) / 2)
  return failure.retryAfterMs === undefined
    ? backOff
    : failure.retryAfterMs + Math.round(random * FIRST_PAUSE_MS)
}
