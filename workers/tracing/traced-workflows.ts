import { WORKFLOW_TYPES } from '../../workflows/contract.ts'

const TRACED: ReadonlySet<string> = new Set([
  WORKFLOW_TYPES.modelCall,
  WORKFLOW_TYPES.taskRun,
  WORKFLOW_TYPES.mirrorCall,
])

/** Requests have a trace. What runs for weeks, such as the sweeper, would have one without end. */
export function isTraced(workflowType: string): boolean {
  return TRACED.has(workflowType)
}
