import { eq, type SQL, sql } from '../drizzle.ts'
import type { BreakerState } from '../../domain/limits/breaker.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { Transaction } from '../connection.ts'
import { type AttemptState, type Booking, bookSettlement } from './book-settlement.ts'
import type { SettledCall } from './ledger-observer.ts'
import type { BudgetBooks, Reservation } from '../budgets/budget-books.ts'
import type { SettlementRecord } from './ledger.ts'
import type { WindowChange } from '../../domain/budget/reserve.ts'
import { recordset, textArray } from '../recordset.ts'
import { attempts, endpointHealth, operations } from '../schema.ts'
import { SETTLED_COLUMNS, type StoredFacts } from './settled-columns.ts'

const BOOKING_COLUMNS = {
  attemptId: attempts.attemptId,
  status: attempts.status,
  costNanoUsd: attempts.costNanoUsd,
  bookedBeforeNanoUsd: attempts.bookedBeforeNanoUsd,
  rawUsage: attempts.rawUsage,
  providerModel: attempts.providerModel,
  finishReason: attempts.finishReason,
  inputTokens: attempts.inputTokens,
  outputTokens: attempts.outputTokens,
  cachedInputTokens: attempts.cachedInputTokens,
  cacheWriteTokens: attempts.cacheWriteTokens,
  reasoningTokens: attempts.reasoningTokens,
  usageSource: attempts.usageSource,
  failureKind: attempts.failureKind,
  failure: attempts.failure,
  latencyMs: attempts.latencyMs,
  timeToFirstTokenMs: attempts.timeToFirstTokenMs,
  answerSchema: attempts.answerSchema,
}

/** A settlement names an attempt that the ledger does not hold. */
export class UnknownAttemptError extends Error {
  override readonly name = 'UnknownAttemptError'
}

/** A ledger row that is to be settled, whose it is, and where it was reserved. */
export interface ReservedAttempt extends AttemptState {
  readonly facts: StoredFacts
  readonly endpoint: string
  /** Null where no budget applied. */
  readonly reservation: Reservation | null
  /** Null for rows that are older than pools. */
  readonly quotaPool: string | null
  /** Its endpoint's; null where nothing ever failed. Read without a lock. */
  readonly breaker: BreakerState | null
}

/** Where a settled attempt belongs and what it is booked at now. */
export interface SettledAttempt {
  readonly operationId: string
  readonly costNanoUsd: NanoUsd
}

/** What a batch of settlements does to the attempts: all of them by id, and the statement that writes it. */
export interface Settled {
  readonly attempts: ReadonlyMap<string, SettledAttempt>
  /** What each record did, in their order. */
  readonly changes: readonly Pick<SettledCall, 'change' | 'changeNanoUsd'>[]
  /** Absent when nothing is to be written. */
  readonly write?: SQL
}

/**
 * Closes and corrects attempts, in the ledger and in the budget windows that they were reserved in. The transaction
 * must hold their operations and those windows.
 *
 * @param rows what `readReserved` gave for these records
 * @throws {UnknownAttemptError} naming an attempt that was never admitted
 */
export function settleAttempts(
  records: readonly SettlementRecord[],
  rows: ReadonlyMap<string, ReservedAttempt>,
  budgets: BudgetBooks,
): Settled {
  const states = new Map(rows)
  const bookings = new Map<string, Booking & SettlementRecord>()
  const settled = new Map<string, SettledAttempt>()
  const changes: Settled['changes'][number][] = []
  for (const record of records) {
    const state = states.get(record.attemptId)
    if (state === undefined) throw unknownAttempt(record.attemptId)
    const booking = bookSettlement(state, record)
    if (booking !== undefined) {
      if (state.reservation !== null) budgets.settle(state.reservation, windowChange(state, booking))
      states.set(record.attemptId, { ...state, ...booking })
      bookings.set(record.attemptId, { ...record, ...booking })
    }
    const costNanoUsd = booking?.costNanoUsd ?? state.costNanoUsd ?? 0
    changes.push({ change: changeOf(state, booking), changeNanoUsd: costNanoUsd - (state.costNanoUsd ?? 0) })
    settled.set(record.attemptId, { operationId: state.operationId, costNanoUsd })
  }
  return {
    attempts: settled,
    changes,
    ...(bookings.size === 0 ? {} : { write: bookingUpdate([...bookings.values()]) }),
  }
}

function changeOf({ status }: AttemptState, booking: Booking | undefined): SettledCall['change'] {
  if (booking === undefined) return 'kept'
  return status === 'open' ? 'closed' : 'corrected'
}

function windowChange(before: AttemptState, booking: Booking): WindowChange {
  return {
    releasedNanoUsd: before.status === 'open' ? before.reservedNanoUsd : 0,
    spentNanoUsd: booking.costNanoUsd - (before.costNanoUsd ?? 0),
  }
}

function unknownAttempt(id: string): UnknownAttemptError {
  return new UnknownAttemptError(`Attempt ${id} is not in the ledger: it was never admitted to this database`)
}

/** Reads the attempts that are to be settled, by id. The transaction must hold their operations. */
export async function readReserved(
  transaction: Transaction,
  records: readonly SettlementRecord[],
): Promise<ReadonlyMap<string, ReservedAttempt>> {
  const rows = await transaction
    .select(SETTLED_COLUMNS)
    .from(attempts)
    .innerJoin(operations, eq(operations.operationId, attempts.operationId))
    .leftJoin(endpointHealth, eq(endpointHealth.endpoint, attempts.endpoint))
    .where(sql`${attempts.attemptId} = any(${textArray(records.map((record) => record.attemptId))})`)
  return new Map(rows.map((row) => [row.attemptId, row]))
}

function bookingUpdate(bookings: readonly (Booking & SettlementRecord)[]): SQL {
  const { assignments, source } = recordset(
    BOOKING_COLUMNS,
    bookings.map(({ usage, timings, ...booking }) => ({
      ...booking,
      ...usage,
      usageSource: usage?.source,
      failureKind: booking.failure?.kind,
      ...timings,
    })),
  )
  return sql`
    update ${attempts} set ${assignments},
      closed_at = coalesce(${attempts.closedAt}, clock_timestamp()),
      corrected_at = case when record.booked_before_nano_usd is not null then now() end
    from ${source} where ${attempts.attemptId} = record.attempt_id`
}
