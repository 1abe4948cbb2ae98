import type { OpenCall } from '../../../workers/supervision/worker-report.ts'

/** A call of one run, by its number. */
export function openCall(number: number): OpenCall {
  return {
    workflowId: 'task/acme/1',
    runId: 'run',
    activityId: String(number),
    attemptId: `task/acme/1/subtask/s${number}@run#1`,
  }
}
