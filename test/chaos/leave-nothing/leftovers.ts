import { sql } from 'drizzle-orm'
import { type Database, openDatabase } from '../../../store/database.ts'

/** What is in the database when everything has ended. */
export interface Leftovers {
  readonly operations: number
  readonly attempts: number
  /** These must be 0. */
  readonly openOperations: number
  readonly openAttempts: number
  readonly reservedNanoUsd: number
  readonly tickets: number
  readonly ownedTexts: number
}

/** Reads an embedded database that no worker has open. */
export async function readLeftovers(dataDir: string): Promise<Leftovers> {
  const database = await openDatabase({ dataDir })
  try {
    const count = (from: string) => countRows(database, from)
    return {
      operations: await count('operations'),
      attempts: await count('attempts'),
      openOperations: await count(`operations where status = 'open'`),
      openAttempts: await count(`attempts where status = 'open'`),
      reservedNanoUsd: await readNumber(
        database,
        'select sum(reserved_nano_usd) as number from budget_windows',
      ),
      tickets: await count('tickets'),
      ownedTexts: await count('content_objects'),
    }
  } finally {
    await database.close()
  }
}

function countRows(database: Database, from: string): Promise<number> {
  return readNumber(database, `select count(*) as number from ${from}`)
}

async function readNumber({ queries }: Database, statement: string): Promise<number> {
  const { rows } = await queries.execute<{ number: string | number | null }>(sql.raw(statement))
  return Number(rows[0]?.number ?? 0)
}
