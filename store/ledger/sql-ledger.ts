import { type SQL, sql } from '../drizzle.ts'
import type { Database, Transaction } from '../connection.ts'
import type {
  AdmissionOutcome,
  AdmissionRecord,
  Ledger,
  SettlementOutcome,
  SettlementRecord,
} from './ledger.ts'
import {
  operationEndUpdate,
  type OperationEnd,
  forgetUnopened,
  insertOperations,
  lockOperations,
  type OperationStates,
} from './operation-state.ts'
import { endedCalls } from './ended-calls.ts'
import { holdBudgets, writeBudgets } from '../budgets/hold-budgets.ts'
import { holdLimits } from '../limits/hold-limits.ts'
import { holdSettled, type SettledRows } from './hold-settled.ts'
import { openAttempts } from './open-attempts.ts'
import { readReserved, settleAttempts, type Settled, type SettledAttempt } from './settle-attempts.ts'
import { inTransaction } from '../transaction.ts'
import type { LedgerObserver, SettledCall } from './ledger-observer.ts'
import { writeLimits } from '../limits/write-limits.ts'

/**
 * The ledger in SQL. Each method is one transaction: it holds for all its records or for none.
 * @param observer told of what was settled
 */
export function createLedger({ frequentQueries }: Database, observer?: LedgerObserver): Ledger {
  const database = { queries: frequentQueries }
  return {
    admit: async (records) => {
      if (records.length === 0) return []
      return inTransaction(database, (transaction) => admit(transaction, records))
    },
    settle: async (records) => {
      if (records.length === 0) return []
      const startedAtMs = Date.now()
      const { outcomes, calls } = await inTransaction(database, (transaction) => settle(transaction, records))
      await observer?.settled({ startedAtMs, endedAtMs: Date.now(), calls })
      return outcomes
    },
  }
}

async function admit(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
): Promise<readonly AdmissionOutcome[]> {
  const states = await holdOperations(transaction, records, [])
  const limits = await holdLimits(transaction, records, [])
  const budgets = await holdBudgets(transaction, budgeted(records, states), [])
  const outcomes = await openAttempts(transaction, records, states, { budgets, limits })
  await writeLimits(transaction, limits)
  await writeBudgets(transaction, budgets)
  await forgetRefused(transaction, records, outcomes)
  return outcomes
}

async function settle(
  transaction: Transaction,
  records: readonly SettlementRecord[],
): Promise<{ readonly outcomes: readonly SettlementOutcome[]; readonly calls: readonly SettledCall[] }> {
  const admissions = records.flatMap((record) => record.next ?? [])
  const { states, rows } = await holdForSettlement(transaction, records, admissions)
  const limits = await holdLimits(transaction, admissions, endedCalls(records, rows))
  const reserved = [...rows.values()].flatMap(({ reservation }) => reservation?.windows ?? [])
  const budgets = await holdBudgets(transaction, budgeted(admissions, states), reserved)
  // What ends is freed before what follows is reserved: a fallback may use the room of the attempt before it.
  const { attempts: settled, changes, write } = settleAttempts(records, rows, budgets)
  const { states: ended, ends } = endOnce(records, settled, states)
  await writeTogether(transaction, write, operationEndUpdate(ends))
  const opened = await openAttempts(transaction, admissions, ended, { budgets, limits })
  await writeLimits(transaction, limits)
  await writeBudgets(transaction, budgets)
  await forgetRefused(transaction, admissions, opened)
  const following = new Map(admissions.map((admission, index) => [admission, opened[index]]))
  const outcomes = records.map(({ attemptId, next }) => {
    const outcome = next && following.get(next)
    const costNanoUsd = settled.get(attemptId)?.costNanoUsd ?? 0
    return { attemptId, costNanoUsd, ...(outcome && { next: outcome }) }
  })
  return { outcomes, calls: settledCalls(records, rows, outcomes, { changes, ends }) }
}

/** What was settled, for those who watch. */
function settledCalls(
  records: readonly SettlementRecord[],
  rows: SettledRows['rows'],
  outcomes: readonly SettlementOutcome[],
  { changes, ends }: Pick<Settled, 'changes'> & { readonly ends: readonly EndedOperation[] },
): readonly SettledCall[] {
  const ended = new Set(ends.map(({ endedBy }) => endedBy))
  return records.flatMap((record, index) => {
    const row = rows.get(record.attemptId)
    const change = changes[index]
    if (row === undefined || change === undefined) return []
    const { attemptId, operationId, endpoint } = row
    const facts = { ...row.facts, attemptId, operationId, endpoint }
    const costNanoUsd = outcomes[index]?.costNanoUsd ?? 0
    return [{ facts, record, costNanoUsd, ...change, hasEndedOperation: ended.has(record) }]
  })
}

/** Without attempts that follow, what is settled and its operations come in one round trip. */
async function holdForSettlement(
  transaction: Transaction,
  records: readonly SettlementRecord[],
  admissions: readonly AdmissionRecord[],
): Promise<SettledRows> {
  const attemptIds = records.map(({ attemptId }) => attemptId)
  if (admissions.length === 0) return holdSettled(transaction, attemptIds)
  const states = await holdOperations(transaction, admissions, attemptIds)
  return { states, rows: await readReserved(transaction, records) }
}

/** An operation is written with its first attempt: one that has to wait, or was refused, is not written yet. */
async function forgetRefused(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
  outcomes: readonly AdmissionOutcome[],
): Promise<void> {
  const refused = records.filter((_, index) => {
    const status = outcomes[index]?.status
    return status === 'over-budget' || status === 'wait'
  })
  await forgetUnopened(
    transaction,
    refused.map(({ operation }) => operation.operationId),
  )
}

/** Inserts the admissions' operations or locks them, and locks those of attempts that are to be settled. */
async function holdOperations(
  transaction: Transaction,
  admissions: readonly AdmissionRecord[],
  attemptIds: readonly string[],
): Promise<OperationStates> {
  const inserted = await insertOperations(
    transaction,
    admissions.map((admission) => admission.operation),
  )
  const known = admissions
    .map((admission) => admission.operation.operationId)
    .filter((operationId) => !inserted.has(operationId))
  if (known.length === 0 && attemptIds.length === 0) return inserted
  return new Map([...inserted, ...(await lockOperations(transaction, known, attemptIds))])
}

/** The admissions that a budget may have a say in. */
function budgeted(records: readonly AdmissionRecord[], states: OperationStates): readonly AdmissionRecord[] {
  return records.filter(({ operation }) => states.get(operation.operationId)?.hasBudgets !== false)
}

/** Two updates in one round trip. */
async function writeTogether(
  transaction: Transaction,
  bookings: SQL | undefined,
  ends: SQL | undefined,
): Promise<void> {
  const both = bookings !== undefined && ends !== undefined
  const statement = both ? sql`with booked as (${bookings}) ${ends}` : (bookings ?? ends)
  if (statement !== undefined) await transaction.execute(statement)
}

type EndedOperation = OperationEnd & { readonly endedBy: SettlementRecord }

/** Which operations end, because their last attempt is settled. The first end of an operation stands. */
function endOnce(
  records: readonly SettlementRecord[],
  settled: ReadonlyMap<string, SettledAttempt>,
  states: OperationStates,
): { readonly states: OperationStates; readonly ends: readonly EndedOperation[] } {
  const after = new Map(states)
  const ends = records.flatMap((record) => {
    const { attemptId, operationEnd } = record
    const operationId = settled.get(attemptId)?.operationId
    const state = operationId === undefined ? undefined : after.get(operationId)
    if (operationEnd === undefined || operationId === undefined || state?.status !== 'open') return []
    after.set(operationId, { ...state, ...operationEnd })
    return [{ operationId, ...operationEnd, endedBy: record }]
  })
  return { states: after, ends }
}
