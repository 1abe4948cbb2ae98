import { sql } from 'drizzle-orm'
import type { AdmissionOutcome, AdmissionRecord } from './ledger.ts'
import type { BudgetBooks, Reservation } from './budget-books.ts'
import type { OperationState, OperationStates } from './operation-state.ts'
import { recordset, textArray } from './recordset.ts'
import { attempts } from './schema.ts'
import type { Transaction } from './connection.ts'

/**
 * Opens one attempt for each record whose operation and budgets allow it. The transaction must hold all the
 * operations and budget windows.
 */
export async function openAttempts(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
  states: OperationStates,
  budgets: BudgetBooks,
): Promise<readonly AdmissionOutcome[]> {
  const admissible = records.filter((record) => refusal(record, states) === undefined)
  // An attempt that is in the ledger is reserved already. Without budgets the insert finds that out by itself.
  const known = budgets.isEmpty
    ? new Map<string, StoredAttempt>()
    : await readAttempts(transaction, admissible)
  const decided = decideAll(admissible, known, budgets)
  const opened = await insertAttempts(transaction, decided.reserved)
  const missing = decided.reserved
    .map(({ record }) => record)
    .filter(({ attempt }) => !opened.has(attempt.attemptId))
  const stored = new Map([...known, ...opened, ...(await readAttempts(transaction, missing))])
  return records.map(
    (record) =>
      refusal(record, states) ??
      decided.refused.get(record.attempt.attemptId) ??
      openedOutcome(record, stored.get(record.attempt.attemptId), states),
  )
}

type StoredAttempt = Pick<AdmissionRecord['attempt'], 'candidate' | 'reservedNanoUsd' | 'price'>

/** An attempt that is to be opened, and where it is reserved. */
interface ReservedRecord {
  readonly record: AdmissionRecord
  readonly reservation: Reservation | null
}

interface Decided {
  readonly reserved: readonly ReservedRecord[]
  /** By attempt id. */
  readonly refused: ReadonlyMap<string, AdmissionOutcome>
}

/** Asks the budgets about each attempt that is new, in the order of the records and once. */
function decideAll(
  records: readonly AdmissionRecord[],
  known: ReadonlyMap<string, StoredAttempt>,
  budgets: BudgetBooks,
): Decided {
  const reserved = new Map<string, ReservedRecord>()
  const refused = new Map<string, AdmissionOutcome>()
  for (const record of records) {
    const { attemptId } = record.attempt
    if (known.has(attemptId) || reserved.has(attemptId) || refused.has(attemptId)) continue
    const answer = budgets.reserve(record)
    if (answer !== null && 'leftNanoUsd' in answer)
      refused.set(attemptId, { status: 'over-budget', ...answer })
    else reserved.set(attemptId, { record, reservation: answer })
  }
  return { reserved: [...reserved.values()], refused }
}

function refusal(record: AdmissionRecord, states: OperationStates): AdmissionOutcome | undefined {
  const state = stateOf(record, states)
  if (state.requestHash !== record.operation.requestHash) return { status: 'conflict' }
  return state.status === 'open' ? undefined : { status: 'ended', result: state.result }
}

function openedOutcome(
  record: AdmissionRecord,
  stored: StoredAttempt | undefined,
  states: OperationStates,
): AdmissionOutcome {
  const { attemptId, number, runId, operationId } = record.attempt
  if (stored === undefined) {
    throw new Error(
      `Attempt ${attemptId} cannot be opened: attempt ${number} of run ${runId} of operation ${operationId} ` +
        'is in the ledger under another id',
    )
  }
  return {
    status: 'opened',
    attemptId,
    candidate: stored.candidate,
    candidates: stateOf(record, states).candidates,
    reservedNanoUsd: stored.reservedNanoUsd,
    price: stored.price,
  }
}

function stateOf(record: AdmissionRecord, states: OperationStates): OperationState {
  const { operationId } = record.operation
  const state = states.get(operationId)
  if (state === undefined) throw new Error(`Operation ${operationId} is not held by this transaction`)
  return state
}

async function insertAttempts(
  transaction: Transaction,
  records: readonly ReservedRecord[],
): Promise<Map<string, StoredAttempt>> {
  if (records.length === 0) return new Map()
  const { attemptId, operationId, runId, number, model, version, provider, endpoint, candidate } = attempts
  const { reservedNanoUsd, price, priceVersion, reservation } = attempts
  const identity = { attemptId, operationId, runId, number, model, version, provider, endpoint, candidate }
  const rows = records.map(({ record: { attempt }, ...reserved }) => ({
    ...attempt.candidate,
    ...attempt,
    ...reserved,
    priceVersion: attempt.price.version,
  }))
  const columns = { ...identity, reservedNanoUsd, price, priceVersion, reservation }
  const { names, values, source } = recordset(columns, rows)
  const inserted = await transaction.execute<{ attempt_id: string }>(sql`
    insert into ${attempts} (${names}) select ${values} from ${source}
    on conflict do nothing returning attempt_id`)
  const ids = new Set(inserted.rows.map((row) => row.attempt_id))
  return new Map(rows.filter((row) => ids.has(row.attemptId)).map((row) => [row.attemptId, row]))
}

async function readAttempts(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
): Promise<Map<string, StoredAttempt>> {
  if (records.length === 0) return new Map()
  const { attemptId, candidate, reservedNanoUsd, price } = attempts
  const ids = records.map(({ attempt }) => attempt.attemptId)
  const rows = await transaction
    .select({ attemptId, candidate, reservedNanoUsd, price })
    .from(attempts)
    .where(sql`${attemptId} = any(${textArray(ids)})`)
  return new Map(rows.map((row) => [row.attemptId, row]))
}
