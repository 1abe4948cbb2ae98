import type { Catalog } from '../domain/catalog/model.ts'
import type { CostReports, SummaryRequest } from '../store/costs.ts'
import type { CostSummary } from '../store/cost-report.ts'

/** An endpoint of the catalog that this deployment cannot call, with what to set to have it. */
export interface SkippedEndpoint {
  readonly endpoint: string
  readonly reason: string
}

export interface ReportActivityDeps {
  readonly costs: CostReports
  readonly catalog: Catalog
  readonly skipped: readonly SkippedEndpoint[]
}

/** Reads for people, started by clients as standalone activities: a client needs no database password. */
export function createReportActivities(deps: ReportActivityDeps) {
  return {
    costSummary: (input: SummaryRequest): Promise<CostSummary> => deps.costs.summary(input),
    listModels: async (): Promise<{
      readonly catalog: Catalog
      readonly skipped: readonly SkippedEndpoint[]
    }> => ({
      catalog: deps.catalog,
      skipped: deps.skipped,
    }),
  }
}

export type ReportActivities = ReturnType<typeof createReportActivities>
