import type { CallFailure } from '../../domain/failure.ts'
import type { CallTimings } from '../../domain/model-request.ts'
import type { Candidate } from '../../domain/routing/candidate.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { OperationKind } from '../../domain/operation-kind.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { OverBudget } from '../../domain/budget/over-budget.ts'
import type { OptionWait } from '../../domain/limits/choose-option.ts'
import type { Price } from '../../domain/catalog/price.ts'
import type { Priority } from '../../domain/limits/ticket.ts'
import type { QuotaPool } from '../../domain/catalog/quota-pool.ts'
import type { RateLimitReport } from '../../domain/limits/rate-limit-report.ts'
import type { Usage } from '../../domain/usage.ts'

/** One accepted request. Written with its first attempt. */
export interface OperationRecord {
  readonly operationId: string
  readonly kind: OperationKind
  readonly tenant: string
  readonly user?: string
  /** The product feature or API endpoint on whose behalf it runs, for cost reports. */
  readonly feature?: string
  /** The task workflow that it belongs to, when it is a step of one. */
  readonly taskId?: string
  /** SHA-256 of the canonical request: the same operation with another hash is refused. */
  readonly requestHash: string
  /** Why these candidates in this order: enough to reproduce it. */
  readonly decision: JsonValue
  /** The candidates in order. */
  readonly candidates: readonly Candidate[]
}

/** One upstream call that is about to be made. */
export interface AttemptRecord {
  readonly attemptId: string
  readonly operationId: string
  readonly runId: string
  /** From 1, within operation and run. */
  readonly number: number
}

/** One way in which an attempt can be made. */
export interface AttemptOption {
  readonly candidate: Candidate
  /** The most it can cost; what it is booked at if its outcome stays unknown. */
  readonly reservedNanoUsd: NanoUsd
  /** Stored with the row, so that its cost can be recomputed. */
  readonly price: Price
  readonly quota: QuotaUse
  /** The longest that the call can be under way, in milliseconds: then its place in the pool is given up. */
  readonly leaseMs: number
}

/** What an attempt takes of a quota pool. */
export interface QuotaUse {
  readonly pool: string
  readonly limits: QuotaPool
  /** Input and output tokens, estimated as vendors do: the prompt and the longest answer. */
  readonly tokens: number
}

export interface AdmissionRecord {
  readonly operation: OperationRecord
  readonly attempt: AttemptRecord
  /** The ways to make it, the preferred one first: the first that may go now and fits the budgets is opened. */
  readonly options: readonly AttemptOption[]
  /** Default 3. */
  readonly priority?: Priority
  /** How much longer room in a pool is worth waiting for while another option is free, in milliseconds. */
  readonly patienceMs: number
  /** When it was asked for, in milliseconds since the epoch: it counts in the budget windows of this moment. */
  readonly nowMs: number
  /** The person who said that it may exceed its budgets. */
  readonly approvedBy?: string
}

export type AdmissionOutcome =
  /** The attempt's row is open; the same admission run twice gives the stored row again. */
  | {
      readonly status: 'opened'
      readonly attemptId: string
      readonly candidate: Candidate
      readonly candidates: readonly Candidate[]
      readonly reservedNanoUsd: NanoUsd
      /** The price stored with the attempt: what it will be booked at. */
      readonly price: Price
    }
  /** The operation ended before; this is what was stored as its result. */
  | { readonly status: 'ended'; readonly result: JsonValue }
  /** The operation exists with another request. */
  | { readonly status: 'conflict' }
  /** No option may go now: nothing was opened or reserved, its place in the line is kept. */
  | ({ readonly status: 'wait' } & OptionWait)
  /** A budget has no room for it: nothing was opened or reserved. */
  | ({ readonly status: 'over-budget' } & OverBudget)

/** How an attempt ended. `ambiguous`: sent, or may have been, and no answer was recorded. */
export type AttemptStatus = 'open' | 'completed' | 'failed' | 'cancelled' | 'ambiguous'

export interface SettlementRecord {
  readonly attemptId: string
  readonly status: Exclude<AttemptStatus, 'open'>
  /** `usage`: the price of `usage`; `reserved`: the reservation in full; `nothing`: it was free. */
  readonly charge: 'usage' | 'reserved' | 'nothing'
  readonly usage?: Usage
  readonly rawUsage?: JsonValue
  readonly providerModel?: string
  readonly finishReason?: string
  readonly timings?: CallTimings
  /** Whether the answer has the shape that was asked for. */
  readonly answerSchema?: 'valid' | 'invalid'
  readonly failure?: CallFailure
  /** What the provider said about its limits, beside a failure's `retryAfterMs`. */
  readonly rateLimit?: RateLimitReport
  /** The attempt that follows, opened in the same transaction. */
  readonly next?: AdmissionRecord
  /** Set with the last attempt: ends the operation and stores what to answer when it is asked again. */
  readonly operationEnd?: {
    readonly status: 'completed' | 'failed' | 'cancelled'
    readonly result: JsonValue
  }
}

export interface SettlementOutcome {
  readonly attemptId: string
  /** What the row is booked at now. */
  readonly costNanoUsd: NanoUsd
  /** The outcome of `next`, when there was one. */
  readonly next?: AdmissionOutcome
}

/** Exact accounting of upstream calls. Every method is one transaction and may be run twice. */
export interface Ledger {
  /**
   * Opens attempts and reserves them in every budget that applies. Outcomes stand in the order of the records, and
   * budgets are asked in that order.
   */
  admit(records: readonly AdmissionRecord[]): Promise<readonly AdmissionOutcome[]>
  /**
   * Closes attempts and books them at the price stored at their admission. A row that is closed already keeps
   * its booking, except an `ambiguous` one that gets exact usage: that is corrected, and the correction recorded.
   * Each change goes to the budget windows that the attempt was reserved in.
   */
  settle(records: readonly SettlementRecord[]): Promise<readonly SettlementOutcome[]>
}
