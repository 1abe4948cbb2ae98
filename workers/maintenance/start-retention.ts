import { Client, type WorkflowHandle } from '@temporalio/client'
import { RETENTION_WORKFLOW_ID, type RetentionInput, WORKFLOW_TYPES } from '../../workflows/contract.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** Sees to it that stored texts are removed: starts the workflow, or finds the one that runs. */
export function startRetention(
  {
    connection,
    namespace,
    dataConverter,
  }: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>,
  input: RetentionInput = {},
): Promise<WorkflowHandle> {
  const client = new Client({ connection, namespace, dataConverter })
  return client.workflow.start(WORKFLOW_TYPES.retention, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: RETENTION_WORKFLOW_ID,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'removes stored texts whose retention has ended',
  })
}
