import type { ModelList } from '../domain/catalog/model-list.ts'
import type { CostReports } from '../store/costs.ts'
import type { CostSummary, SummaryRequest } from '../domain/cost-report.ts'

export interface ReportActivityDeps extends ModelList {
  readonly costs: CostReports
}

/** Reads for people, started by clients as standalone activities: a client needs no database password. */
export function createReportActivities(deps: ReportActivityDeps) {
  return {
    costSummary: (input: SummaryRequest): Promise<CostSummary> => deps.costs.summary(input),
    listModels: async (): Promise<ModelList> => ({
      catalog: deps.catalog,
      skipped: deps.skipped,
    }),
  }
}

export type ReportActivities = ReturnType<typeof createReportActivities>
