import { sql } from 'drizzle-orm'
import type { Transaction } from './connection.ts'
import type { AdmissionOutcome, AdmissionRecord } from './ledger.ts'
import type { OperationState, OperationStates } from './operation-state.ts'
import { recordset, textArray } from './recordset.ts'
import { attempts } from './schema.ts'

/** Opens one attempt for each record whose operation allows it. The transaction must hold all the operations. */
export async function openAttempts(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
  states: OperationStates,
): Promise<readonly AdmissionOutcome[]> {
  const admissible = records.filter((record) => refusal(record, states) === undefined)
  const opened = await insertAttempts(transaction, admissible)
  const missing = admissible.map((record) => record.attempt.attemptId).filter((id) => !opened.has(id))
  const stored = await readAttempts(transaction, missing)
  return records.map((record) => {
    const attempt = opened.get(record.attempt.attemptId) ?? stored.get(record.attempt.attemptId)
    return refusal(record, states) ?? openedOutcome(record, attempt, states)
  })
}

type StoredAttempt = Pick<AdmissionRecord['attempt'], 'candidate' | 'reservedNanoUsd' | 'price'>

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
  records: readonly AdmissionRecord[],
): Promise<Map<string, StoredAttempt>> {
  if (records.length === 0) return new Map()
  const { attemptId, operationId, runId, number, model, version, provider, endpoint, candidate } = attempts
  const { reservedNanoUsd, price, priceVersion } = attempts
  const identity = { attemptId, operationId, runId, number, model, version, provider, endpoint, candidate }
  const first = new Map(records.toReversed().map(({ attempt }) => [attempt.attemptId, attempt]))
  const rows = [...first.values()].map((attempt) => ({
    ...attempt.candidate,
    ...attempt,
    priceVersion: attempt.price.version,
  }))
  const { names, values, source } = recordset({ ...identity, reservedNanoUsd, price, priceVersion }, rows)
  const inserted = await transaction.execute<{ attempt_id: string }>(sql`
    insert into ${attempts} (${names}) select ${values} from ${source}
    on conflict do nothing returning attempt_id`)
  const ids = new Set(inserted.rows.map((row) => row.attempt_id))
  return new Map([...first].filter(([id]) => ids.has(id)))
}

async function readAttempts(
  transaction: Transaction,
  attemptIds: readonly string[],
): Promise<Map<string, StoredAttempt>> {
  if (attemptIds.length === 0) return new Map()
  const { attemptId, candidate, reservedNanoUsd, price } = attempts
  const rows = await transaction
    .select({ attemptId, candidate, reservedNanoUsd, price })
    .from(attempts)
    .where(sql`${attemptId} = any(${textArray(attemptIds)})`)
  return new Map(rows.map((row) => [row.attemptId, row]))
}
