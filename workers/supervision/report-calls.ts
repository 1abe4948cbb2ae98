import type { ActivityInterceptorsFactory } from '@temporalio/worker'
import { isModelCall, readAttemptId } from '../call-attempt.ts'
import type { ReportToSupervisor } from './worker-report.ts'

/** Tells the supervisor when each `callModel` of a workflow begins and ends. */
export function reportCalls(report: ReportToSupervisor): ActivityInterceptorsFactory {
  return ({ info: { activityType, activityId, workflowExecution } }) => {
    if (!isModelCall(activityType) || workflowExecution === undefined) return {}
    const { workflowId, runId } = workflowExecution
    return {
      inbound: {
        execute: async (input, next) => {
          const attemptId = readAttemptId(input.args[0]) ?? ''
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
