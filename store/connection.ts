import {
  type ExtractTablesWithRelations,
  type PgDatabase,
  type PgQueryResultHKT,
  type PgTransaction,
} from './drizzle.ts'
import type * as schema from './schema.ts'

type Schema = typeof schema

/** What both drivers return for SQL text: `{ rows }`. */
interface RowsResult extends PgQueryResultHKT {
  type: Rows<this['row']>
}
interface Rows<Row> {
  rows: Row[]
}

/** Queries through drizzle, outside a transaction. */
export type Queries = PgDatabase<RowsResult, Schema>

/** Queries through drizzle, inside a transaction. */
export type Transaction = PgTransaction<RowsResult, Schema, ExtractTablesWithRelations<Schema>>

/** An open database with its tables up to date. */
export interface Database {
  readonly engine: 'pglite' | 'postgresql'
  readonly queries: Queries
  /** The same for the few statements of every call, by key or of small tables: where it pays, they and their plans are kept. */
  readonly frequentQueries: Queries
  /** Ends the connections and gives the folder back. May be called twice. */
  close(): Promise<void>
}
