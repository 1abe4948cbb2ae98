import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { Database } from '../connection.ts'
import { onPglite } from '../drivers.ts'
import { keepStatements } from './kept-statements.ts'
import { lockFolder } from './folder-lock.ts'
import { MIGRATIONS_FOLDER } from '../migrations-folder.ts'
import * as schema from '../schema.ts'

const ADVICE =
  'Only one process may open the embedded database. Stop that process, choose another folder, or set ' +
  'DATABASE_URL to a PostgreSQL server that several processes can share.'

/** Opens PGlite in a folder that it locks first: two processes on one folder lose rows without an error. */
export async function openEmbedded(dataDir: string): Promise<Database> {
  if (dataDir === ':memory:') return openPglite('memory://', async () => {})
  const lock = await lockFolder(dataDir, ADVICE)
  try {
    return await openPglite(join(dataDir, 'pgdata'), () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function openPglite(location: string, afterClose: () => Promise<void>): Promise<Database> {
  const client = await createClient(location)
  const queries = onPglite.drizzle(client, { schema })
  try {
    await onPglite.migrate(queries, { migrationsFolder: MIGRATIONS_FOLDER })
  } catch (error) {
    await client.close()
    throw error
  }
  return {
    engine: 'pglite',
    queries,
    frequentQueries: onPglite.drizzle(keepStatements(client), { schema }),
    close: async () => {
      if (!client.closed) await client.close()
      await afterClose()
    },
  }
}

async function createClient(location: string): Promise<PGlite> {
  try {
    return await PGlite.create(location)
  } catch (cause) {
    // What PGlite throws may be no Error and have no message.
    throw new Error(
      `The embedded database in ${location} cannot be opened: is the folder writable, and PGlite's own? ` +
        'Move it away to start with an empty one.',
      { cause },
    )
  }
}
