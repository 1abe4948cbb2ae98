import { and, type Column, eq, gte, type SQL, sql } from './drizzle.ts'
import { accountedAttempts } from './views.ts'
import type { CostFilter } from '../domain/cost-report.ts'
import type { Transaction } from './connection.ts'

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

/** The attempts that a report is about, each with what is known of its operation: the source of all its parts. */
export function reportedAttempts(transaction: Transaction, condition: SQL | undefined) {
  const { operationId, kind, tenant, user, feature } = accountedAttempts
  const { model, provider, endpoint, isOpen, isAmbiguous, isError } = accountedAttempts
  const { reservedNanoUsd, costNanoUsd, correctedAt, inputTokens, outputTokens, latencyMs } =
    accountedAttempts
  const day = sql<string>`to_char(${accountedAttempts.day}, 'YYYY-MM-DD')`.as('day')
  const origin = { operationId, kind, tenant, user, feature, day }
  const outcome = { model, provider, endpoint, isOpen, isAmbiguous, isError, correctedAt }
  const booking = { reservedNanoUsd, costNanoUsd, inputTokens, outputTokens, latencyMs }
  return transaction
    .select({ ...origin, ...outcome, ...booking })
    .from(accountedAttempts)
    .where(condition)
    .as('reported')
}

export type ReportedAttempts = ReturnType<typeof reportedAttempts>

// Sums are rounded to what a JavaScript number holds: by a nano-dollar from 9 million dollars on.
const numeric = (value: string | number) => Number(value)
const measured: (value: string | number) => number | null = numeric

/** The columns of `CostFigures`, over whatever the attempts are grouped by. */
export function figuresOf(reported: ReportedAttempts) {
  const { operationId, inputTokens, outputTokens, costNanoUsd, latencyMs } = reported
  const { isOpen, isError, isAmbiguous } = reported
  const ended = sql`nullif(count(*) filter (where not ${isOpen}), 0)`
  const errors = sql`count(*) filter (where ${isError})`
  return {
    operations: sql`count(distinct ${operationId})`.mapWith(numeric),
    attempts: sql`count(*)`.mapWith(numeric),
    open: sql`count(*) filter (where ${isOpen})`.mapWith(numeric),
    errors: errors.mapWith(numeric),
    errorShare: sql`round(${errors}::numeric / ${ended}, 4)`.mapWith(measured),
    ambiguous: sql`count(*) filter (where ${isAmbiguous})`.mapWith(numeric),
    ambiguousNanoUsd: sumWhere(isAmbiguous, costNanoUsd).mapWith(numeric),
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
  return {
    ...figuresOf(reported),
    openReservedNanoUsd: sumWhere(reported.isOpen, reported.reservedNanoUsd).mapWith(numeric),
    corrected: sql`count(*) filter (where ${reported.correctedAt} is not null)`.mapWith(numeric),
  }
}

function sumWhere(condition: Column, amount: Column): SQL {
  return sql`coalesce(sum(${amount}) filter (where ${condition}), 0)`
}
