import { eq, gt, sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import { attempts, tickets } from '../schema.ts'

/** Attempts of a version that are not settled yet. */
export interface OpenLoad {
  readonly model: string
  readonly version: string
  readonly attempts: number
}

/** Calls that wait for room in a quota pool. */
export interface WaitingLoad {
  readonly pool: string
  readonly calls: number
}

/** What is under way at this moment. Every method is one round trip over a small index. */
export interface LoadReader {
  open(): Promise<readonly OpenLoad[]>
  /** Without those that did not come back in time: their places are lost. */
  waiting(): Promise<readonly WaitingLoad[]>
}

const ROWS = sql`count(*)`.mapWith(Number)

export function createLoadReader({ queries }: Pick<Database, 'queries'>): LoadReader {
  return {
    open: () =>
      queries
        .select({ model: attempts.model, version: attempts.version, attempts: ROWS })
        .from(attempts)
        .where(eq(attempts.status, 'open'))
        .groupBy(attempts.model, attempts.version),
    waiting: () =>
      queries
        .select({ pool: tickets.pool, calls: ROWS })
        .from(tickets)
        .where(gt(tickets.expiresAt, sql`clock_timestamp()`))
        .groupBy(tickets.pool),
  }
}
