import { eq, sql } from '../drizzle.ts'
import { attempts, endpointHealth, operations } from '../schema.ts'
import type { OperationStates } from './operation-state.ts'
import type { ReservedAttempt } from './settle-attempts.ts'
import { SETTLED_COLUMNS } from './settled-columns.ts'
import { textArray } from '../recordset.ts'
import type { Transaction } from '../connection.ts'

/** What a settlement must know, all of it locked until the transaction ends. */
export interface SettledRows {
  readonly states: OperationStates
  readonly rows: ReadonlyMap<string, ReservedAttempt>
}

/**
 * Locks attempts and their operations and reads both in one round trip. Both tables are locked, because PostgreSQL
 * gives the newest version of a row that it had to wait for only where that row itself is locked.
 */
export async function holdSettled(
  transaction: Transaction,
  attemptIds: readonly string[],
): Promise<SettledRows> {
  const { operationId, requestHash, candidates, status, result } = operations
  const found = await transaction
    .select({
      operation: { operationId, requestHash, candidates, status, result },
      attempt: SETTLED_COLUMNS,
    })
    .from(operations)
    .innerJoin(attempts, eq(attempts.operationId, operationId))
    .leftJoin(endpointHealth, eq(endpointHealth.endpoint, attempts.endpoint))
    .where(sql`${attempts.attemptId} = any(${textArray(attemptIds)})`)
    // One order for all transactions, so that no two wait for each other.
    .orderBy(operationId, attempts.attemptId)
    .for('no key update', { of: [operations, attempts] })
  return {
    states: new Map(
      found.map(({ operation }) => [operation.operationId, { ...operation, hasBudgets: true }] as const),
    ),
    rows: new Map(found.map(({ attempt }) => [attempt.attemptId, attempt] as const)),
  }
}
