import { Pool } from 'pg'
import type { Database } from '../connection.ts'
import { onPostgres } from '../drivers.ts'
import { MIGRATIONS_FOLDER } from '../migrations-folder.ts'
import * as schema from '../schema.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** Any fixed number that nothing else locks: workers that start together migrate one after the other. */
const MIGRATION_LOCK = 7_395_104_028

/** Connects to a PostgreSQL server; several processes may do so at once. */
export async function openPostgres(databaseUrl: string): Promise<Database> {
  const pool = new Pool({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  try {
    await migrateAlone(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  const queries = onPostgres.drizzle(pool, { schema })
  return {
    engine: 'postgresql',
    queries,
    frequentQueries: queries,
    close: async () => {
      if (!pool.ended) await pool.end()
    },
  }
}

async function migrateAlone(pool: Pool): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await onPostgres.migrate(onPostgres.drizzle(client, { schema }), { migrationsFolder: MIGRATIONS_FOLDER })
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
    client.release()
  } catch (error) {
    // Closing the connection gives the lock back whatever state it is in.
    client.release(true)
    throw error
  }
}
