import { type Database, openDatabase } from '../../store/database.ts'
import type { WorkerConfig } from '../config.ts'
import { join } from 'node:path'

/** Opens PostgreSQL when the configuration names one, else the embedded database in the data folder. */
export function openConfiguredDatabase({ databaseUrl, dataDir }: WorkerConfig): Promise<Database> {
  return openDatabase(databaseUrl === undefined ? { dataDir: join(dataDir, 'database') } : { databaseUrl })
}
