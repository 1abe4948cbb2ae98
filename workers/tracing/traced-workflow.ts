import { activityInfo } from '@temporalio/activity'
import { isTraced } from './traced-workflows.ts'

/** The workflow of the activity that this code runs in, where it has a trace. */
export function tracedWorkflowId(): string | undefined {
  try {
    const { workflowExecution, workflowType = '' } = activityInfo()
    return isTraced(workflowType) ? workflowExecution?.workflowId : undefined
  } catch {
    // It does not run in an activity.
    return undefined
  }
}
