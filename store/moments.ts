import { type SQL, sql } from './drizzle.ts'

/** The database's clock at this very statement, not at the start of its transaction. */
export const CLOCK = sql`clock_timestamp()`

/** The same in milliseconds since the epoch. */
export const CLOCK_MS = sql`(extract(epoch from clock_timestamp()) * 1000)::float8`

/** A moment for SQL that the database reads by itself: milliseconds since the epoch as a `timestamptz`. */
export function moment(epochMs: number): SQL {
  return sql`to_timestamp(${epochMs}::float8 / 1000)`
}

/** A moment as the value of a column: milliseconds since the epoch as ISO 8601. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
