import type { CallFailure } from './failure.ts'
import type { ModelAnswer } from './model-request.ts'
import type { NanoUsd } from './money.ts'

/** One upstream call of an operation, as its caller sees it. */
export interface AttemptReport {
  readonly attemptId: string
  readonly model: string
  readonly version: string
  readonly endpoint: string
  readonly status: 'completed' | 'failed' | 'cancelled' | 'ambiguous'
  readonly costNanoUsd: NanoUsd
  readonly failure?: CallFailure
}

/** One of several models that a call was asked of at once, as its caller sees it. */
export interface LegReport {
  /** An operation of its own, with its own attempts. */
  readonly operationId: string
  readonly model: string
  readonly version: string
  /** `cancelled`: stopped, because its answer was not needed any more. */
  readonly status: 'answered' | 'failed' | 'cancelled'
  readonly costNanoUsd: NanoUsd
  /** Of the call that answered, in milliseconds. */
  readonly latencyMs?: number
  /** Where answers are compared and one won: whether this leg gave it. */
  readonly agreed?: boolean
  /** Where answers are compared: how this one begins. */
  readonly excerpt?: string
  /** Why there is no answer. */
  readonly reason?: string
}

/** The end of a durable call: one answer, what it cost, and every attempt that was made for it. */
export interface CallResult {
  readonly operationId: string
  readonly model: string
  readonly version: string
  readonly provider: string
  readonly endpoint: string
  readonly answer: ModelAnswer
  /** All attempts together. */
  readonly costNanoUsd: NanoUsd
  readonly attempts: readonly AttemptReport[]
  /** The legs that were asked, in the order of their models; absent for a call of one leg. */
  readonly legs?: readonly LegReport[]
}

/** Why a durable call has no answer. `reason` is a sentence for people. */
export interface CallRefusal {
  readonly operationId: string
  readonly kind: 'conflict' | 'rejected' | 'over-budget' | 'all-failed' | 'no-consensus' | 'cancelled'
  readonly reason: string
  readonly attempts: readonly AttemptReport[]
  readonly costNanoUsd: NanoUsd
  /** The legs that were asked, in the order of their models; absent for a call of one leg. */
  readonly legs?: readonly LegReport[]
}

/** What an operation stores as its end, and answers again when it is asked again. */
export type CallEnd =
  | { readonly status: 'answered'; readonly result: CallResult }
  | { readonly status: 'refused'; readonly refusal: CallRefusal }
