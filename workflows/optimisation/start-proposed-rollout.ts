import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow'
import type { RolloutInput } from '../rollout-contract.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { WORKFLOW_TYPES } from '../contract.ts'
import type { VersionAction } from '../../domain/optimisation/actions.ts'

/**
 * Starts the rollout of a version, which goes on by itself: it measures real traffic, and goes back when that is not well. Whether
 * it can begin (another may be under way) it says itself.
 */
export async function startProposedRollout(
  model: string,
  version: string,
  action: VersionAction,
  by: string,
): Promise<string> {
  const workflowId = `rollout/${model}/${action}-${workflowInfo().runId.slice(0, 8)}`
  const input: RolloutInput = { model, version, by }
  await startChild(WORKFLOW_TYPES.rollout, {
    workflowId,
    taskQueue: TASK_QUEUES.orchestrator,
    args: [input],
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `rollout of ${model} to ${version}, which ${action} found better`,
  })
  return workflowId
}
