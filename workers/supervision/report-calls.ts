import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import { z } from 'zod'
import type { ModelCallActivities } from '../../activities/model-call.ts'
import type { ReportToSupervisor } from './worker-report.ts'

const REPORTED: keyof ModelCallActivities = 'callModel'

const inputSchema = z.object({ attemptId: z.string() })

/** Tells the supervisor when each `callModel` of a workflow begins and ends. */
export function reportCalls(report: ReportToSupervisor): ActivityInterceptorsFactory {
  return ({ info: { activityType, activityId, workflowExecution } }) => {
    if (activityType !== REPORTED || workflowExecution === undefined) return {}
    const { workflowId, runId } = workflowExecution
    return {
      inbound: {
        execute: async (input, next) => {
          const attemptId = inputSchema.safeParse(input.args[0]).data?.attemptId ?? ''
          const call = { workflowId, runId, activityId, attemptId }
          report({ type: 'call-began', call })
          try {
            return await next(input)
          } finally {
            report({ type: 'call-ended', call })
          }
        },
      },
    }
  }
}
