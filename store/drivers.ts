import { createRequire } from 'node:module'
import type * as pgliteModule from 'drizzle-orm/pglite'
import type * as pgliteMigratorModule from 'drizzle-orm/pglite/migrator'
import type * as postgresModule from 'drizzle-orm/node-postgres'
import type * as postgresMigratorModule from 'drizzle-orm/node-postgres/migrator'

/* What `drizzle.ts` is for the two engines. */
const require = createRequire(import.meta.url)
const pglite: typeof pgliteModule = require('drizzle-orm/pglite')
const pgliteMigrator: typeof pgliteMigratorModule = require('drizzle-orm/pglite/migrator')
const postgres: typeof postgresModule = require('drizzle-orm/node-postgres')
const postgresMigrator: typeof postgresMigratorModule = require('drizzle-orm/node-postgres/migrator')

export const onPglite = { drizzle: pglite.drizzle, migrate: pgliteMigrator.migrate }
export const onPostgres = { drizzle: postgres.drizzle, migrate: postgresMigrator.migrate }
