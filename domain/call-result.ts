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
}

/** Why a durable call has no answer. `reason` is a sentence for people. */
export interface CallRefusal {
  readonly operationId: string
  readonly kind: 'conflict' | 'rejected' | 'over-budget' | 'all-failed' | 'cancelled'
  readonly reason: string
  readonly attempts: readonly AttemptReport[]
  readonly costNanoUsd: NanoUsd
}

/** What an operation stores as its end, and answers again when it is asked again. */
export type CallEnd =
  | { readonly status: 'answered'; readonly result: CallResult }
  | { readonly status: 'refused'; readonly refusal: CallRefusal }
