import { ActivityExecutionFailedError, type Client } from '@temporalio/client'
import type { CostSummary, SummaryRequest } from '../domain/cost-report.ts'
import { TASK_QUEUES, taskWorkflowId } from '../domain/ids.ts'
import type { ModelList } from '../domain/catalog/model-list.ts'
import { NoWorkerError, OperationRefusedError } from './errors.ts'
import { REPORT_ACTIVITIES } from '../workflows/contract.ts'
import { toClientError } from './read-failure.ts'

/** Reads that only a worker can answer, because only workers open the database and know the keys. */
export interface Reports {
  costs(filter?: SummaryRequest): Promise<CostSummary>
  models(): Promise<ModelList>
}

/** Reports as standalone activities: a client needs one address and no database password. */
export function createReports(client: Client, address: string): Reports {
  const execute = async <Report>(activity: string, input: object): Promise<Report> => {
    try {
      const report: Report = await client.activity.execute(activity, {
        id: `report/${activity}/${crypto.randomUUID()}`,
        taskQueue: TASK_QUEUES.orchestrator,
        args: [input],
        // Nobody waits longer than this for a table; without a worker it says so.
        scheduleToStartTimeout: '10s',
        startToCloseTimeout: '20s',
        retry: { maximumAttempts: 2 },
      })
      return report
    } catch (error) {
      throw reportError(error, activity) ?? toClientError(error, address, activity)
    }
  }
  return {
    costs: ({ taskId, tenant, ...filter } = {}) =>
      execute(REPORT_ACTIVITIES.costSummary, {
        ...filter,
        ...(tenant === undefined ? {} : { tenant }),
        ...(taskId === undefined ? {} : { taskId: taskWorkflowId(tenant ?? 'default', taskId) }),
      }),
    models: () => execute(REPORT_ACTIVITIES.listModels, {}),
  }
}

function reportError(error: unknown, activity: string): Error | undefined {
  if (!(error instanceof ActivityExecutionFailedError)) return undefined
  const { cause } = error
  if (cause?.name === 'TimeoutFailure') return new NoWorkerError(`the report ${activity}`, { cause: error })
  return new OperationRefusedError(
    `the report ${activity} failed: ${cause?.message ?? error.message}`,
    "See the orchestrator worker's log.",
    { cause: error },
  )
}
