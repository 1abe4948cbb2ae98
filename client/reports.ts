import type { CostSummary, SummaryRequest } from '../domain/cost-report.ts'
import type { ExecuteActivity } from './standalone-activity.ts'
import type { UsageReport, UsageRequest } from '../domain/usage-report.ts'
import type { ModelList } from '../domain/catalog/model-list.ts'
import { REPORT_ACTIVITIES } from '../workflows/contract.ts'
import { taskWorkflowId } from '../domain/ids.ts'
import type { TrafficReport, TrafficReportRequest } from '../domain/traffic/traffic-report.ts'

/** Reads that only a worker can answer, because only workers open the database and know the keys. */
export interface Reports {
  /** What was spent. @throws InvalidRequestError */
  costs(filter?: SummaryRequest): Promise<CostSummary>
  /** What was used during the last hour, or the given minutes. @throws InvalidRequestError */
  usage(filter?: UsageRequest): Promise<UsageReport>
  /** What can be called. */
  models(): Promise<ModelList>
  /**
   * How the traffic of models is shared out among their versions: of every model for which that was ever decided, or of
   * the one that is asked for. @throws InvalidRequestError when the catalog has no such model
   */
  traffic(request?: TrafficReportRequest): Promise<readonly TrafficReport[]>
}

/** Reports as standalone activities. */
export function createReports(execute: ExecuteActivity): Reports {
  return {
    costs: ({ taskId, tenant, ...filter } = {}) =>
      execute(REPORT_ACTIVITIES.costSummary, {
        ...filter,
        ...(tenant === undefined ? {} : { tenant }),
        ...(taskId === undefined ? {} : { taskId: taskWorkflowId(tenant ?? 'default', taskId) }),
      }),
    usage: (filter = {}) => execute(REPORT_ACTIVITIES.usageReport, filter),
    models: () => execute(REPORT_ACTIVITIES.listModels, {}),
    traffic: async (request = {}) => {
      const { traffic } = await execute<{ readonly traffic: readonly TrafficReport[] }>(
        REPORT_ACTIVITIES.readTraffic,
        request,
      )
      return traffic
    },
  }
}
