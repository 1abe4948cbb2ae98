import type { Database } from './connection.ts'
import { openEmbedded } from './engines/embedded.ts'
import { openPostgres } from './engines/postgres.ts'

export type { Database } from './connection.ts'

/** A PostgreSQL server by its URL, or a folder for the embedded one (`:memory:` keeps nothing). */
export type DatabaseLocation = { readonly databaseUrl: string } | { readonly dataDir: string }

/**
 * Opens the database and brings its tables up to date.
 *
 * @throws {FolderLockedError} when another process has the folder open
 */
export function openDatabase(location: DatabaseLocation): Promise<Database> {
  return 'databaseUrl' in location ? openPostgres(location.databaseUrl) : openEmbedded(location.dataDir)
}
