import { and, eq, gte, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from './connection.ts'
import type { CostFilter } from '../domain/cost-report.ts'
import { attempts, operations } from './schema.ts'

/** The condition that a filter stands for; `undefined` when it restricts nothing. */
export function matching(filter: CostFilter): SQL | undefined {
  return and(
    filter.tenant === undefined ? undefined : eq(operations.tenant, filter.tenant),
    filter.taskId === undefined ? undefined : eq(operations.taskId, filter.taskId),
    filter.since === undefined ? undefined : gte(operations.acceptedAt, filter.since),
  )
}

/** The attempts that a report is about, each with what is known of its operation: the source of all its parts. */
export function reportedAttempts(transaction: Transaction, filter: CostFilter) {
  const { operationId, kind, tenant, user, feature } = operations
  const { model, provider, endpoint, status, reservedNanoUsd, costNanoUsd, correctedAt } = attempts
  const { inputTokens, outputTokens, latencyMs } = attempts
  const day = sql<string>`to_char(${operations.acceptedAt} at time zone 'UTC', 'YYYY-MM-DD')`.as('day')
  const origin = { operationId, kind, tenant, user, feature, day }
  const target = { model, provider, endpoint }
  const booking = { status, reservedNanoUsd, costNanoUsd, correctedAt, inputTokens, outputTokens, latencyMs }
  return transaction
    .select({ ...origin, ...target, ...booking })
    .from(attempts)
    .innerJoin(operations, eq(attempts.operationId, operationId))
    .where(matching(filter))
    .as('reported')
}

export type ReportedAttempts = ReturnType<typeof reportedAttempts>

// Sums are rounded to what a JavaScript number holds: by a nano-dollar from 9 million dollars on.
const numeric = (value: string | number) => Number(value)
const measured: (value: string | number) => number | null = numeric

/** The columns of `CostFigures`, over whatever the attempts are grouped by. */
export function figuresOf({ inputTokens, outputTokens, costNanoUsd, latencyMs }: ReportedAttempts) {
  return {
    attempts: sql`count(*)`.mapWith(numeric),
    inputTokens: sql`coalesce(sum(${inputTokens}), 0)`.mapWith(numeric),
    outputTokens: sql`coalesce(sum(${outputTokens}), 0)`.mapWith(numeric),
    costNanoUsd: sql`coalesce(sum(${costNanoUsd}), 0)`.mapWith(numeric),
    maxCostNanoUsd: sql`coalesce(max(${costNanoUsd}), 0)`.mapWith(numeric),
    meanLatencyMs: sql`round(avg(${latencyMs})::numeric, 1)`.mapWith(measured),
    p95LatencyMs: sql`percentile_cont(0.95) within group (order by ${latencyMs})`.mapWith(measured),
    maxLatencyMs: sql`max(${latencyMs})`.mapWith(measured),
  }
}

/** The columns of `CostTotals`. */
export function totalsOf(reported: ReportedAttempts) {
  const open = eq(reported.status, 'open')
  return {
    ...figuresOf(reported),
    operations: sql`count(distinct ${reported.operationId})`.mapWith(numeric),
    open: countOf(open),
    openReservedNanoUsd: sql`coalesce(sum(${reported.reservedNanoUsd}) filter (where ${open}), 0)`.mapWith(
      numeric,
    ),
    ambiguous: countOf(eq(reported.status, 'ambiguous')),
    corrected: countOf(sql`${reported.correctedAt} is not null`),
  }
}

function countOf(condition: SQL) {
  return sql`count(*) filter (where ${condition})`.mapWith(numeric)
}
