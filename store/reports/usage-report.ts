import { and, desc, eq, sql } from '../drizzle.ts'
import type { Transaction } from '../connection.ts'
import { DEFAULT_USAGE_MINUTES, type UsageReport, type UsageRequest } from '../../domain/usage-report.ts'
import { accountedUsage as attempts } from './views.ts'
import { figuresOf, type ReportedAttempts, reportedAttempts } from './cost-figures.ts'

/** What was used during the last minutes, by the database's clock. */
export async function readUsage(
  transaction: Transaction,
  { tenant: onlyTenant, minutes = DEFAULT_USAGE_MINUTES }: UsageRequest,
): Promise<UsageReport> {
  const ofTenant = onlyTenant === undefined ? undefined : eq(attempts.tenant, onlyTenant)
  const isRecent = sql`${attempts.openedAt} >= now() - make_interval(mins => ${minutes}::int)`
  const reported = reportedAttempts(transaction, and(isRecent, ofTenant))
  const { model, tenant, provider, endpoint } = reported
  const figures = usageOf(reported, minutes)
  const [totals] = await transaction.select(figures).from(reported)
  if (totals === undefined) throw new Error('A sum over the ledger gave no row')
  const busiest = desc(figures.requests)
  const byModel = transaction.select({ model, ...figures }).from(reported)
  const byTenant = transaction.select({ tenant, ...figures }).from(reported)
  const byEndpoint = transaction.select({ provider, endpoint, ...figures }).from(reported)
  return {
    minutes,
    totals,
    byModel: await byModel.groupBy(model).orderBy(busiest, model),
    byTenant: await byTenant.groupBy(tenant).orderBy(busiest, tenant),
    byEndpoint: await byEndpoint.groupBy(provider, endpoint).orderBy(busiest, provider, endpoint),
  }
}

/** The columns of `UsageFigures`. */
function usageOf(reported: ReportedAttempts, minutes: number) {
  const { operations, attempts: calls, open, errors, ambiguous, ...figures } = figuresOf(reported)
  const { inputTokens, outputTokens, costNanoUsd, meanLatencyMs } = figures
  const perMinute = sql`round(count(distinct ${reported.operationId})::numeric / ${minutes}::int, 2)`
  return {
    requests: operations,
    requestsPerMinute: perMinute.mapWith(Number),
    attempts: calls,
    open,
    errors,
    ambiguous,
    inputTokens,
    outputTokens,
    costNanoUsd,
    meanLatencyMs,
  }
}
