import { type SQL, sql } from '../drizzle.ts'
import type { Candidate } from '../../domain/routing/candidate.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { Transaction } from '../connection.ts'
import type { OperationRecord } from './ledger.ts'
import { recordset, textArray } from '../recordset.ts'
import { attempts, budgets, type OperationStatus, operations } from '../schema.ts'

/** What admission and settlement need to know of an operation that is theirs until they commit. */
export interface OperationState {
  readonly requestHash: string
  readonly candidates: readonly Candidate[]
  readonly status: OperationStatus
  readonly result: JsonValue
  /** Whether its tenant has budgets: read with the insert, so that most transactions need not look for them. */
  readonly hasBudgets: boolean
  /** Written by this very transaction: nothing of it can be in the ledger yet. */
  readonly isNew?: boolean
}

export type OperationStates = Map<string, OperationState>

// Every transaction inserts its new operations first and locks the known ones after, each in one fixed order, and
// touches attempts only of operations that it holds: so no two wait for each other, and attempts need no locks.

const NEW_COLUMNS = {
  operationId: operations.operationId,
  kind: operations.kind,
  tenant: operations.tenant,
  user: operations.user,
  feature: operations.feature,
  taskId: operations.taskId,
  requestHash: operations.requestHash,
  decision: operations.decision,
  candidates: operations.candidates,
}

const END_COLUMNS = {
  operationId: operations.operationId,
  status: operations.status,
  result: operations.result,
}

/** Writes the operations that are not there yet, and returns those that it wrote. */
export async function insertOperations(
  transaction: Transaction,
  records: readonly OperationRecord[],
): Promise<OperationStates> {
  if (records.length === 0) return new Map()
  const first = new Map(records.toReversed().map((record) => [record.operationId, record]))
  const sorted = [...first.values()].toSorted((left, right) =>
    left.operationId < right.operationId ? -1 : 1,
  )
  const { names, values, source } = recordset(NEW_COLUMNS, sorted)
  const inserted = await transaction.execute<{ operation_id: string; has_budgets: boolean }>(sql`
    insert into ${operations} (${names}) select ${values} from ${source}
    on conflict do nothing
    returning operation_id, exists(select from ${budgets} where ${budgets.tenant} = ${operations.tenant}) as has_budgets`)
  const budgeted = new Map(inserted.rows.map((row) => [row.operation_id, row.has_budgets]))
  return new Map(
    sorted.flatMap((record) => {
      const hasBudgets = budgeted.get(record.operationId)
      if (hasBudgets === undefined) return []
      return [
        [record.operationId, { ...record, status: 'open', result: null, hasBudgets, isNew: true }] as const,
      ]
    }),
  )
}

/** The end of an operation, as it is stored. */
export interface OperationEnd {
  readonly operationId: string
  readonly status: OperationStatus
  readonly result: JsonValue
}

/** The statement that ends operations which the transaction holds; `undefined` for none. */
export function operationEndUpdate(ends: readonly OperationEnd[]): SQL | undefined {
  if (ends.length === 0) return undefined
  const { assignments, source } = recordset(END_COLUMNS, ends)
  return sql`
    update ${operations} set ${assignments}, ended_at = now() from ${source}
    where ${operations.operationId} = record.operation_id`
}

/** Removes those of the operations that have no attempt. */
export async function forgetUnopened(
  transaction: Transaction,
  operationIds: readonly string[],
): Promise<void> {
  if (operationIds.length === 0) return
  await transaction.execute(sql`
    delete from ${operations} where ${operations.operationId} = any(${textArray(operationIds)})
      and not exists (select from ${attempts} where ${attempts.operationId} = ${operations.operationId})`)
}

/** Locks operations by their ids and by those of their attempts until the transaction ends, and reads them. */
export async function lockOperations(
  transaction: Transaction,
  operationIds: readonly string[],
  attemptIds: readonly string[],
): Promise<OperationStates> {
  const wanted = sql`${textArray(operationIds)} || array(
    select ${attempts.operationId} from ${attempts} where ${attempts.attemptId} = any(${textArray(attemptIds)}))`
  const rows = await transaction
    .select({
      operationId: operations.operationId,
      requestHash: operations.requestHash,
      candidates: operations.candidates,
      status: operations.status,
      result: operations.result,
    })
    .from(operations)
    .where(sql`${operations.operationId} = any(${wanted})`)
    .orderBy(operations.operationId)
    .for('no key update')
  // Known ones are rare here: their budgets are looked up.
  return new Map(rows.map((row) => [row.operationId, { ...row, hasBudgets: true }]))
}
