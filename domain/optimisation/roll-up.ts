import type { NanoUsd } from '../money.ts'

/** What a part of the ledger adds up to. Whole numbers, in decimal where they may be large: they are compared, never rounded. */
export interface LedgerTotals {
  readonly operations: number
  readonly attempts: number
  readonly inputTokens: string
  readonly outputTokens: string
  /** In nano-dollars. */
  readonly cost: string
}

/** What a roll-up did, or would do. */
export interface RollUpOutcome {
  readonly before: LedgerTotals
  readonly after: LedgerTotals
  /** Attempts and operations that became rows of daily sums, and those rows. */
  readonly attemptsMoved: number
  readonly operationsMoved: number
  readonly daysTouched: number
  readonly cells: number
  /** What the tables take on disk; they shrink when the database next makes room. */
  readonly bytesBefore: number
  readonly bytesAfter: number
}

/** Whether not a nano-dollar and not a token is lost. */
export function isSameLedger(left: LedgerTotals, right: LedgerTotals): boolean {
  return (
    left.operations === right.operations &&
    left.attempts === right.attempts &&
    left.inputTokens === right.inputTokens &&
    left.outputTokens === right.outputTokens &&
    left.cost === right.cost
  )
}

/** For figures: exact up to nine million dollars. */
export function toNanoUsd(cost: string): NanoUsd {
  return Number(cost)
}
