import { desc, gte, isNotNull, sql } from '../drizzle.ts'
import type { Database, Transaction } from '../connection.ts'
import { figuresOf, matching, type ReportedAttempts, reportedAttempts, totalsOf } from './cost-figures.ts'
import {
  type CostFilter,
  type CostSummary,
  type CostTotals,
  DEFAULT_EXPENSIVE_LIMIT,
  type ExpensiveOperation,
  type SummaryRequest,
} from '../../domain/cost-report.ts'
import type { OperationCosts } from './cost-report.ts'
import type { UsageReport, UsageRequest } from '../../domain/usage-report.ts'
import { accountedUsage } from './views.ts'
import { readOperationCosts } from './operation-costs.ts'
import { readUsage } from './usage-report.ts'
import { inTransaction } from '../transaction.ts'

/** Reads the ledger for people. Everything it returns is JSON-safe. */
export interface CostReports {
  summary(request: SummaryRequest): Promise<CostSummary>
  usage(request: UsageRequest): Promise<UsageReport>
  /** Operations with all their attempts, in the order in which they were accepted. */
  operations(filter: CostFilter): Promise<readonly OperationCosts[]>
}

/** Reports in which all figures are of one moment, so that the parts add up to the totals. */
export function createCostReports(database: Database): CostReports {
  const snapshot = { isolationLevel: 'repeatable read', accessMode: 'read only' } as const
  return {
    summary: (request) => inTransaction(database, (transaction) => summarise(transaction, request), snapshot),
    usage: (request) => inTransaction(database, (transaction) => readUsage(transaction, request), snapshot),
    operations: (filter) =>
      inTransaction(database, (transaction) => readOperationCosts(transaction, filter), snapshot),
  }
}

async function summarise(transaction: Transaction, request: SummaryRequest): Promise<CostSummary> {
  const reported = reportedAttempts(transaction, matching(request, accountedUsage))
  return {
    totals: await readTotals(transaction, reported),
    ...(await readByOrigin(transaction, reported)),
    ...(await readByModel(transaction, reported)),
    expensive: await readExpensive(transaction, reported, request),
  }
}

async function readTotals(transaction: Transaction, reported: ReportedAttempts): Promise<CostTotals> {
  const [totals] = await transaction.select(totalsOf(reported)).from(reported)
  if (totals === undefined) throw new Error('A sum over the ledger gave no row')
  return totals
}

async function readByModel(transaction: Transaction, reported: ReportedAttempts) {
  const { model, day, provider, endpoint } = reported
  const figures = figuresOf(reported)
  const dearest = desc(figures.costNanoUsd)
  const byModel = transaction
    .select({ model, ...figures })
    .from(reported)
    .groupBy(model)
  const byDay = transaction
    .select({ day, model, ...figures })
    .from(reported)
    .groupBy(day, model)
  const byEndpoint = transaction.select({ provider, endpoint, ...figures }).from(reported)
  return {
    byModel: await byModel.orderBy(dearest, model),
    byDay: await byDay.orderBy(day, dearest, model),
    byEndpoint: await byEndpoint.groupBy(provider, endpoint).orderBy(dearest, provider, endpoint),
  }
}

async function readByOrigin(transaction: Transaction, reported: ReportedAttempts) {
  const { tenant, user, feature, kind } = reported
  const figures = figuresOf(reported)
  const dearest = desc(figures.costNanoUsd)
  const byUser = transaction
    .select({ tenant, user, ...figures })
    .from(reported)
    .groupBy(tenant, user)
  const byTenant = transaction
    .select({ tenant, ...figures })
    .from(reported)
    .groupBy(tenant)
  const byFeature = transaction
    .select({ feature, ...figures })
    .from(reported)
    .groupBy(feature)
  const byKind = transaction
    .select({ kind, ...figures })
    .from(reported)
    .groupBy(kind)
  return {
    byKind: await byKind.orderBy(dearest, kind),
    byUser: await byUser.orderBy(dearest, tenant, user),
    byTenant: await byTenant.orderBy(dearest, tenant),
    byFeature: await byFeature.orderBy(dearest, feature),
  }
}

async function readExpensive(
  transaction: Transaction,
  reported: ReportedAttempts,
  { expensiveFromNanoUsd = 0, expensiveLimit = DEFAULT_EXPENSIVE_LIMIT }: SummaryRequest,
): Promise<readonly ExpensiveOperation[]> {
  const { operationId, kind, tenant, user } = reported
  const { attempts, costNanoUsd } = figuresOf(reported)
  const id = sql<string>`${operationId}`
  return transaction
    .select({ operationId: id, kind, tenant, user, attempts, costNanoUsd })
    .from(reported)
    .where(isNotNull(operationId))
    .groupBy(operationId, kind, tenant, user)
    .having(gte(costNanoUsd, expensiveFromNanoUsd))
    .orderBy(desc(costNanoUsd), operationId)
    .limit(expensiveLimit)
}
