import { and, type Column, eq, gte, type SQL, sql } from '../drizzle.ts'
import { accountedUsage } from './views.ts'
import type { CostFilter } from '../../domain/cost-report.ts'
import type { Transaction } from '../connection.ts'

/** Where the origin of an operation stands. */
type OriginColumns = Readonly<Record<'tenant' | 'taskId' | 'acceptedAt', Column>>

/** The condition that a filter stands for; `undefined` when it restricts nothing. */
export function matching(filter: CostFilter, columns: OriginColumns): SQL | undefined {
  return and(
    filter.tenant === undefined ? undefined : eq(columns.tenant, filter.tenant),
    filter.taskId === undefined ? undefined : eq(columns.taskId, filter.taskId),
    filter.since === undefined ? undefined : gte(columns.acceptedAt, filter.since),
  )
}

/**
 * What a report is about: attempts with what is known of their operations, and the sums of those that left the ledger. The
 * source of all its parts.
 */
export function reportedAttempts(transaction: Transaction, condition: SQL | undefined) {
  const { operationId, rolledOperations, kind, tenant, user, feature } = accountedUsage
  const { model, provider, endpoint, attempts, open, errors, ambiguous, corrected } = accountedUsage
  const { openReservedNanoUsd, ambiguousNanoUsd, costNanoUsd, maxCostNanoUsd } = accountedUsage
  const { inputTokens, outputTokens, latencyMs, latencySumMs, latencyCount, maxLatencyMs } = accountedUsage
  const day = sql<string>`to_char(${accountedUsage.day}, 'YYYY-MM-DD')`.as('day')
  const origin = { operationId, rolledOperations, kind, tenant, user, feature, day }
  const counts = { model, provider, endpoint, attempts, open, errors, ambiguous, corrected }
  const amounts = { openReservedNanoUsd, ambiguousNanoUsd, costNanoUsd, maxCostNanoUsd }
  const times = { latencyMs, latencySumMs, latencyCount, maxLatencyMs }
  return transaction
    .select({ ...origin, ...counts, ...amounts, ...times, inputTokens, outputTokens })
    .from(accountedUsage)
    .where(condition)
    .as('reported')
}

export type ReportedAttempts = ReturnType<typeof reportedAttempts>

// Sums are rounded to what a JavaScript number holds: by a nano-dollar from 9 million dollars on.
const numeric = (value: string | number) => Number(value)
const measured: (value: string | number) => number | null = numeric

/** The columns of `CostFigures`, over whatever the attempts are grouped by. */
export function figuresOf(reported: ReportedAttempts) {
  const { operationId, rolledOperations, latencySumMs, latencyCount } = reported
  const attempts = sumOf(reported.attempts)
  const open = sumOf(reported.open)
  const errors = sumOf(reported.errors)
  const meanMs = sql`sum(${latencySumMs}) / nullif(sum(${latencyCount}), 0)`
  return {
    operations: sql`count(distinct ${operationId}) + ${sumOf(rolledOperations)}`.mapWith(numeric),
    attempts: attempts.mapWith(numeric),
    open: open.mapWith(numeric),
    errors: errors.mapWith(numeric),
    errorShare: sql`round(${errors}::numeric / nullif(${attempts} - ${open}, 0), 4)`.mapWith(measured),
    ambiguous: sumOf(reported.ambiguous).mapWith(numeric),
    ambiguousNanoUsd: sumOf(reported.ambiguousNanoUsd).mapWith(numeric),
    inputTokens: sumOf(reported.inputTokens).mapWith(numeric),
    outputTokens: sumOf(reported.outputTokens).mapWith(numeric),
    costNanoUsd: sumOf(reported.costNanoUsd).mapWith(numeric),
    maxCostNanoUsd: sql`coalesce(max(${reported.maxCostNanoUsd}), 0)`.mapWith(numeric),
    meanLatencyMs: sql`round((${meanMs})::numeric, 1)`.mapWith(measured),
    p95LatencyMs: sql`percentile_cont(0.95) within group (order by ${reported.latencyMs})`.mapWith(measured),
    maxLatencyMs: sql`max(${reported.maxLatencyMs})`.mapWith(measured),
  }
}

/** The columns of `CostTotals`. */
export function totalsOf(reported: ReportedAttempts) {
  return {
    ...figuresOf(reported),
    openReservedNanoUsd: sumOf(reported.openReservedNanoUsd).mapWith(numeric),
    corrected: sumOf(reported.corrected).mapWith(numeric),
  }
}

function sumOf(column: Column): SQL {
  return sql`coalesce(sum(${column}), 0)`
}
