import type { BreakerState } from '../../domain/limits/breaker.ts'
import type { Priority } from '../../domain/limits/ticket.ts'
import { sql, index, integer, pgTable, text } from '../drizzle.ts'
import { documentColumn, instantColumn } from '../columns.ts'

/** What vendors asked of their callers, a row for each quota pool: its lock orders admissions to the pool. */
export const quotaPools = pgTable('quota_pools', {
  pool: text('pool').primaryKey(),
  /** Nothing is admitted before this moment. */
  pausedUntil: instantColumn('paused_until'),
})

/** Circuit breakers; an endpoint without a row is closed. */
export const endpointHealth = pgTable('endpoint_health', {
  endpoint: text('endpoint').primaryKey(),
  breaker: documentColumn('breaker').$type<BreakerState>().notNull(),
  changedAt: instantColumn('changed_at')
    .notNull()
    .default(sql`clock_timestamp()`),
})

/** Calls that wait for room in a quota pool. A place in the line is a lease: who does not come back loses it. */
export const tickets = pgTable(
  'tickets',
  {
    attemptId: text('attempt_id').primaryKey(),
    pool: text('pool').notNull(),
    tenant: text('tenant').notNull(),
    priority: integer('priority').$type<Priority>().notNull(),
    /** The round in which it goes; see `nextTurn`. */
    turn: integer('turn').notNull(),
    tokens: integer('tokens').notNull(),
    enqueuedAt: instantColumn('enqueued_at').notNull(),
    expiresAt: instantColumn('expires_at').notNull(),
  },
  (table) => [index('tickets_by_pool').on(table.pool, table.enqueuedAt)],
)
