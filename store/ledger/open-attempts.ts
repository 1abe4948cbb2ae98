import { sql } from '../drizzle.ts'
import type { AdmissionOutcome, AdmissionRecord, AttemptOption } from './ledger.ts'
import type { BudgetBooks, Reservation } from '../budgets/budget-books.ts'
import { chooseOption } from '../../domain/limits/choose-option.ts'
import type { LimitBooks } from '../limits/limit-books.ts'
import { instant } from '../moments.ts'
import type { OperationState, OperationStates } from './operation-state.ts'
import { recordset, textArray } from '../recordset.ts'
import { attempts } from '../schema.ts'
import type { Transaction } from '../connection.ts'

/**
 * Opens one attempt for each record whose operation, limits and budgets allow it. The transaction must hold all the
 * operations, pools and budget windows.
 */
export async function openAttempts(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
  states: OperationStates,
  { budgets, limits }: AdmissionBooks,
): Promise<readonly AdmissionOutcome[]> {
  const admissible = records.filter((record) => refusal(record, states) === undefined)
  // An attempt that is in the ledger has its place already.
  const known = await readAttempts(
    transaction,
    admissible.filter(({ operation }) => states.get(operation.operationId)?.isNew !== true),
  )
  const decided = decideAll(limits.inOrder(admissible), known, { budgets, limits })
  const opened = await insertAttempts(transaction, decided.reserved, limits.nowMs)
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

/** What decides on admissions, all of it held by the transaction. */
export interface AdmissionBooks {
  readonly budgets: BudgetBooks
  readonly limits: LimitBooks
}

const OPENED_COLUMNS = {
  attemptId: attempts.attemptId,
  operationId: attempts.operationId,
  runId: attempts.runId,
  number: attempts.number,
  model: attempts.model,
  version: attempts.version,
  provider: attempts.provider,
  endpoint: attempts.endpoint,
  candidate: attempts.candidate,
  reservedNanoUsd: attempts.reservedNanoUsd,
  price: attempts.price,
  priceVersion: attempts.priceVersion,
  reservation: attempts.reservation,
  quotaPool: attempts.quotaPool,
  reservedTokens: attempts.reservedTokens,
  leaseExpiresAt: attempts.leaseExpiresAt,
  trafficEpoch: attempts.trafficEpoch,
  trafficShare: attempts.trafficShare,
  assignmentKey: attempts.assignmentKey,
}

type StoredAttempt = Pick<AttemptOption, 'candidate' | 'reservedNanoUsd' | 'price'>

/** An attempt that is to be opened, how it is made, and where it is reserved. */
interface ReservedRecord {
  readonly record: AdmissionRecord
  readonly option: AttemptOption
  readonly reservation: Reservation | null
}

interface Decided {
  readonly reserved: readonly ReservedRecord[]
  /** By attempt id. */
  readonly refused: ReadonlyMap<string, AdmissionOutcome>
}

/** Asks limits and budgets about each attempt that is new, in the order of the records and once. */
function decideAll(
  records: readonly AdmissionRecord[],
  known: ReadonlyMap<string, StoredAttempt>,
  books: AdmissionBooks,
): Decided {
  const reserved = new Map<string, ReservedRecord>()
  const refused = new Map<string, AdmissionOutcome>()
  for (const record of records) {
    const { attemptId } = record.attempt
    if (known.has(attemptId) || reserved.has(attemptId) || refused.has(attemptId)) continue
    const answer = decideOne(record, books)
    if ('status' in answer) refused.set(attemptId, answer)
    else reserved.set(attemptId, answer)
  }
  return { reserved: [...reserved.values()], refused }
}

function decideOne(
  record: AdmissionRecord,
  { budgets, limits }: AdmissionBooks,
): ReservedRecord | Extract<AdmissionOutcome, { status: 'wait' | 'over-budget' }> {
  let reservation: Reservation | null = null
  const choice = chooseOption(
    {
      count: record.options.length,
      check: (index) => limits.check(record, optionAt(record, index)),
      reserve: (index) => {
        const answer = budgets.reserve(record, optionAt(record, index))
        if (answer !== null && 'leftNanoUsd' in answer) return answer
        reservation = answer
        return undefined
      },
    },
    record.patienceMs,
  )
  if (choice.status === 'over-budget') return { status: 'over-budget', ...choice.over }
  const option = optionAt(record, choice.index)
  if (choice.status === 'open') {
    limits.take(record, option)
    return { record, option, reservation }
  }
  const { because, waitMs, reason } = choice
  if (because === 'quota') limits.queue(record, option, choice)
  return { status: 'wait', because, waitMs, reason }
}

function optionAt({ options, attempt }: AdmissionRecord, index: number): AttemptOption {
  const option = options[index]
  if (option === undefined) throw new Error(`attempt ${attempt.attemptId} has no option ${index}`)
  return option
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
  nowMs: number,
): Promise<Map<string, StoredAttempt>> {
  if (records.length === 0) return new Map()
  const rows = records.map(({ record: { attempt }, option, ...reserved }) => ({
    ...option.candidate,
    ...option,
    ...attempt,
    ...reserved,
    priceVersion: option.price.version,
    quotaPool: option.quota.pool,
    reservedTokens: option.quota.tokens,
    leaseExpiresAt: instant(nowMs + option.leaseMs),
    trafficEpoch: option.candidate.traffic?.epoch,
    trafficShare: option.candidate.traffic?.share,
    assignmentKey: option.candidate.traffic?.key,
  }))
  const { names, values, source } = recordset(OPENED_COLUMNS, rows)
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
