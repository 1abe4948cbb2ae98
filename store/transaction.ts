import { DrizzleQueryError, type PgTransactionConfig } from './drizzle.ts'
import type { Database, Transaction } from './connection.ts'

/**
 * Runs the work in one transaction: all of it holds or nothing.
 *
 * What the database refuses is thrown without the statement's parameters, which drizzle writes into the message:
 * they hold what customers wrote, and errors end in logs and in workflow histories.
 */
export async function inTransaction<Result>(
  { queries }: Pick<Database, 'queries'>,
  work: (transaction: Transaction) => Promise<Result>,
  config?: PgTransactionConfig,
): Promise<Result> {
  try {
    return await queries.transaction(work, config)
  } catch (error) {
    if (!(error instanceof DrizzleQueryError)) throw error
    const reason = error.cause?.message ?? 'no reason given'
    // eslint-disable-next-line preserve-caught-error -- its message and stack are what must not go on
    throw new Error(`The database refused a statement: ${reason}`, { cause: error.cause })
  }
}
