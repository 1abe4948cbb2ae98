import type * as columnsModule from 'drizzle-orm/pg-core'
import type * as ormModule from 'drizzle-orm'
import { createRequire } from 'node:module'

/*
 * drizzle-orm, by its CommonJS build: the other one is a thousand small files for each of which Node reads the whole
 * export map of the package again, half a second and 200 MB for every process at its start. All of the store takes it
 * from here, so that there is one copy.
 */
const require = createRequire(import.meta.url)
const orm: typeof ormModule = require('drizzle-orm')
const columns: typeof columnsModule = require('drizzle-orm/pg-core')

export const { and, asc, desc, DrizzleQueryError, eq, gt, gte, inArray, isNotNull, isNull, lt, or, sql } = orm
export const {
  boolean,
  customType,
  date,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgTable,
  pgView,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} = columns

export type { Column, ExtractTablesWithRelations, SQL } from 'drizzle-orm'
export type {
  PgColumn,
  PgDatabase,
  PgQueryResultHKT,
  PgTransaction,
  PgTransactionConfig,
} from 'drizzle-orm/pg-core'
