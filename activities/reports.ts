import type { CostSummary, SummaryRequest } from '../domain/cost-report.ts'
import { summaryRequest, usageRequest } from '../domain/report-requests.ts'
import type { UsageReport, UsageRequest } from '../domain/usage-report.ts'
import type { CostReports } from '../store/reports/costs.ts'
import type { ModelList } from '../domain/catalog/model-list.ts'
import { readInput } from './read-input.ts'

export interface ReportActivityDeps extends ModelList {
  readonly costs: CostReports
}

/**
 * Reads for people, started by clients as standalone activities: a client needs no database password. What is wrong
 * with an input is said in an `InvalidInput` failure that is not retried.
 */
export function createReportActivities(deps: ReportActivityDeps) {
  return {
    costSummary: async (input: SummaryRequest): Promise<CostSummary> =>
      deps.costs.summary(readInput(summaryRequest, input, 'the cost report')),
    usageReport: async (input: UsageRequest): Promise<UsageReport> =>
      deps.costs.usage(readInput(usageRequest, input, 'the usage report')),
    listModels: async (): Promise<ModelList> => ({
      catalog: deps.catalog,
      skipped: deps.skipped,
    }),
  }
}

export type ReportActivities = ReturnType<typeof createReportActivities>
