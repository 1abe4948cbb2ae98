import type { Database, Transaction } from './connection.ts'
import type {
  AdmissionOutcome,
  AdmissionRecord,
  Ledger,
  SettlementOutcome,
  SettlementRecord,
} from './ledger.ts'
import { openAttempts } from './open-attempts.ts'
import { endOperations, insertOperations, lockOperations, type OperationStates } from './operation-state.ts'
import { settleAttempts, type SettledAttempt } from './settle-attempts.ts'
import { inTransaction } from './transaction.ts'

/** The ledger in SQL. Each method is one transaction: it holds for all its records or for none. */
export function createLedger(database: Database): Ledger {
  return {
    admit: async (records) => {
      if (records.length === 0) return []
      return inTransaction(database, (transaction) => admit(transaction, records))
    },
    settle: async (records) => {
      if (records.length === 0) return []
      return inTransaction(database, (transaction) => settle(transaction, records))
    },
  }
}

async function admit(
  transaction: Transaction,
  records: readonly AdmissionRecord[],
): Promise<readonly AdmissionOutcome[]> {
  return openAttempts(transaction, records, await holdOperations(transaction, records, []))
}

async function settle(
  transaction: Transaction,
  records: readonly SettlementRecord[],
): Promise<readonly SettlementOutcome[]> {
  const admissions = records.flatMap((record) => record.next ?? [])
  const states = await holdOperations(
    transaction,
    admissions,
    records.map((record) => record.attemptId),
  )
  const settled = await settleAttempts(transaction, records)
  const ended = await endOnce(transaction, records, settled, states)
  const opened = await openAttempts(transaction, admissions, ended)
  const outcomes = new Map(admissions.map((admission, index) => [admission, opened[index]]))
  return records.map(({ attemptId, next }) => {
    const outcome = next && outcomes.get(next)
    const costNanoUsd = settled.get(attemptId)?.costNanoUsd ?? 0
    return { attemptId, costNanoUsd, ...(outcome && { next: outcome }) }
  })
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

/** Ends the operations whose last attempt is settled. The first end of an operation stands. */
async function endOnce(
  transaction: Transaction,
  records: readonly SettlementRecord[],
  settled: ReadonlyMap<string, SettledAttempt>,
  states: OperationStates,
): Promise<OperationStates> {
  const after = new Map(states)
  const ends = records.flatMap(({ attemptId, operationEnd }) => {
    const operationId = settled.get(attemptId)?.operationId
    const state = operationId === undefined ? undefined : after.get(operationId)
    if (operationEnd === undefined || operationId === undefined || state?.status !== 'open') return []
    after.set(operationId, { ...state, ...operationEnd })
    return [{ operationId, ...operationEnd }]
  })
  await endOperations(transaction, ends)
  return after
}
