import {
  insertOperations,
  lockOperations,
  type OperationEnd,
  operationEndUpdate,
  type OperationState,
} from './operation-state.ts'
import type { Database } from '../connection.ts'
import { inTransaction } from '../transaction.ts'
import type { OperationRecord } from './ledger.ts'

/** An operation as it stands. */
export type BookedOperation = Pick<OperationState, 'requestHash' | 'candidates' | 'status' | 'result'>

/**
 * Operations that make no upstream call of their own, because other operations make their calls for them. Every method
 * may be run twice.
 */
export interface OperationBook {
  find(operationId: string): Promise<BookedOperation | undefined>
  /** Writes the operation as open, unless it is there, and returns what stands then. */
  open(operation: OperationRecord): Promise<BookedOperation>
  /** Ends an open operation and stores what to answer when it is asked again; the first end stands. */
  end(end: OperationEnd): Promise<void>
}

/** Operations without attempts, in SQL. */
export function createOperationBook(database: Database): OperationBook {
  return {
    find: (operationId) =>
      inTransaction(database, async (transaction) =>
        (await lockOperations(transaction, [operationId], [])).get(operationId),
      ),
    open: (operation) =>
      inTransaction(database, async (transaction) => {
        const { operationId } = operation
        const inserted = await insertOperations(transaction, [operation])
        const state =
          inserted.get(operationId) ?? (await lockOperations(transaction, [operationId], [])).get(operationId)
        if (state === undefined) throw new Error(`operation ${operationId} was neither written nor found`)
        return state
      }),
    end: (end) =>
      inTransaction(database, async (transaction) => {
        const states = await lockOperations(transaction, [end.operationId], [])
        const update = operationEndUpdate([end])
        if (states.get(end.operationId)?.status === 'open' && update) await transaction.execute(update)
      }),
  }
}
