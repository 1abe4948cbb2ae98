import { Client, type WorkflowHandle } from '@temporalio/client'
import { SWEEP_WORKFLOW_ID, type SweepInput, WORKFLOW_TYPES } from '../../workflows/contract.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** A crash in the middle of a workflow task delays the next sweep by this much, not by the ten seconds of the default. */
const WORKFLOW_TASK_TIMEOUT = '2s'

/** Sees to it that the sweeper runs: starts it, or finds the one that does. Any number of orchestrators may call it. */
export function startSweep(
  {
    connection,
    namespace,
    dataConverter,
  }: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>,
  input: SweepInput = {},
): Promise<WorkflowHandle> {
  const client = new Client({ connection, namespace, dataConverter })
  return client.workflow.start(WORKFLOW_TYPES.sweep, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: SWEEP_WORKFLOW_ID,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    staticSummary: 'closes attempts whose workflow run is over',
  })
}
