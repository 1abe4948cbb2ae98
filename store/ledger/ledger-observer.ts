import type { NanoUsd } from '../../domain/money.ts'
import type { OperationKind } from '../../domain/operation-kind.ts'
import type { SettlementRecord } from './ledger.ts'

/**
 * Whose attempt it is and how it was made: what the ledger knows of it beside its settlement. Times in milliseconds since
 * the epoch.
 */
export interface AttemptFacts {
  readonly attemptId: string
  readonly operationId: string
  /** The workflow that opened it: the task of a step, else the call itself. */
  readonly workflowId: string
  readonly kind: OperationKind
  readonly tenant: string
  readonly user: string | null
  readonly model: string
  readonly version: string
  readonly provider: string
  readonly endpoint: string
  /** When its operation was accepted, by the database's clock. */
  readonly acceptedAtMs: number
  /** When it was opened, by the database's clock. */
  readonly openedAtMs: number
  /** When it was settled before, by the database's clock; null: it was open until now. */
  readonly closedAtMs: number | null
}

/** One settlement that was committed. */
export interface SettledCall {
  readonly facts: AttemptFacts
  readonly record: SettlementRecord
  /** What the attempt is booked at now. */
  readonly costNanoUsd: NanoUsd
  /** `kept`: it was settled before, and nothing changed; the same settlement run twice is kept the second time. */
  readonly change: 'closed' | 'corrected' | 'kept'
  /** What the books changed by: less than zero when a correction found less than was reserved. */
  readonly changeNanoUsd: NanoUsd
  /** Whether it ended its operation, which was open until then. */
  readonly hasEndedOperation: boolean
}

/** What one transaction settled. Times in milliseconds since the epoch, by this machine's clock. */
export interface SettledBatch {
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** In the order of the records. */
  readonly calls: readonly SettledCall[]
}

/** Watches the books: metrics and traces. */
export interface LedgerObserver {
  /**
   * Told of each settlement once its transaction has committed, and again when the same one is run again. The caller
   * gets its outcome when this has ended, so it must be quick; it must never throw or reject.
   */
  settled(batch: SettledBatch): void | Promise<void>
}
