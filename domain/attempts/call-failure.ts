import type { CallFailure } from '../failure.ts'
import type { JsonValue } from '../json.ts'
import type { RateLimitReport } from '../limits/rate-limit-report.ts'
import type { Usage } from '../usage.ts'

/** Failure type under which a failed upstream call travels from its activity to the workflow. */
export const CALL_FAILURE_TYPE = 'CallFailure'

/** What travels with it. */
export interface CallFailureDetails {
  readonly failure: CallFailure
  /** What was spent before it failed, when that is known exactly. */
  readonly usage?: Usage
  readonly rawUsage?: JsonValue
  /** What the provider said about its limits; absent when none is used up. */
  readonly rateLimit?: RateLimitReport
}
