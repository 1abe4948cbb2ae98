import type { AdmissionOutcome } from '../store/ledger/ledger.ts'
import type { ExperimentStamp } from '../domain/experiments/variants.ts'
import type { Candidate } from '../domain/routing/candidate.ts'
import type { ModelClassification } from '../domain/routing/classification/ask-model.ts'
import type { ModelRequest } from '../domain/model-request.ts'
import type { OperationKind } from '../domain/operation-kind.ts'
import type { Priority } from '../domain/limits/ticket.ts'

/** A call that wants its attempt `number` opened. */
export interface AdmitCall {
  readonly operationId: string
  readonly runId: string
  /** From 1. */
  readonly number: number
  readonly kind: OperationKind
  readonly tenant: string
  readonly user?: string
  readonly feature?: string
  readonly taskId?: string
  readonly request: ModelRequest
  /** The prompt experiment whose variant lies over the request; stands with the decision. */
  readonly experiment?: ExperimentStamp
  /** Its place among calls that wait for the same quota: 1 goes first, 5 last. Default 3. */
  readonly priority?: Priority
  /** What a model said the request is about, where the rules were unsure; null when its answer was of no use. */
  readonly classified?: ModelClassification | null
  /** For attempts after the first: those of the first admission's list that are left, the preferred one first. */
  readonly candidates?: readonly Candidate[]
  /** How long it has waited for this attempt, in milliseconds. */
  readonly waitedMs?: number
  /** The person who said that it may exceed its budgets. */
  readonly approvedBy?: string
}

export type AdmitOutcome =
  | AdmissionOutcome
  /** No model may take it; the sentence says why for each. */
  | { readonly status: 'rejected'; readonly reason: string }
  /** The rules do not know what it is about. To be admitted again with what this call says, as `classified`. */
  | { readonly status: 'unsure'; readonly ask: ModelRequest }
