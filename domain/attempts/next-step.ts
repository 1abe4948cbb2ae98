import type { CallFailure } from '../failure.ts'
import { FAILURE_POLICIES } from './failure-policy.ts'
import { PATIENCE_MS } from '../limits/choose-option.ts'

/** Where a call stands when one of its attempts has failed. */
export interface FailedAttempt {
  readonly failure: CallFailure
  /** Other candidates that have not had their chance yet. */
  readonly othersLeft: number
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

/**
 * Decides what follows a failed attempt.
 * @param random a number in [0, 1): spreads the retries of many callers ("equal jitter": half fixed, half random)
 */
export function nextStep(attempt: FailedAttempt, random: number): NextStep {
  const policy = FAILURE_POLICIES[attempt.failure.kind]
  const hasNext = policy.tryNext && attempt.othersLeft > 0
  if (attempt.attemptsHere <= policy.retriesHere) {
    // What the provider asked for, its quota pool makes every call wait for, this one too.
    const { retryAfterMs } = attempt.failure
    const waitMs = retryAfterMs === undefined ? backOffMs(attempt, random) : 0
    if (!hasNext || (retryAfterMs ?? waitMs) <= PATIENCE_MS) return { action: 'retry-here', waitMs }
  }
  return hasNext ? { action: 'next-candidate' } : { action: 'give-up' }
}

/** Exponential back-off with jitter. */
function backOffMs({ attemptsHere }: FailedAttempt, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attemptsHere - 1))
  return Math.round(longest / 2 + (random * longest) / 2)
}
