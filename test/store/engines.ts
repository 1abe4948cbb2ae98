import { inject } from 'vitest'
import { type Database, openDatabase } from '../../store/database.ts'
import { createDatabase } from '../fixtures/postgres.ts'

export interface Engine {
  readonly name: string
  /** Opens a new, empty database. */
  readonly open: () => Promise<Database>
}

/** Everything the store promises holds on both. */
export const ENGINES: readonly Engine[] = [
  { name: 'PGlite', open: () => openDatabase({ dataDir: ':memory:' }) },
  {
    name: 'PostgreSQL',
    open: async () => openDatabase({ databaseUrl: await createDatabase(inject('postgresUrl')) }),
  },
]
