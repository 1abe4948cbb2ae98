import { Client, WorkflowNotFoundError } from '@temporalio/client'
import type { SweepActivityDeps } from '../../activities/sweep.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** A server that does not answer must not hold a sweep, nor a worker that stops, for longer than this. */
const DEADLINE_MS = 5_000

/** Asks Temporal, through the worker's own connection, whether a run is still open. A paused one is. */
export function createRunLookup({
  connection,
  namespace,
  dataConverter,
}: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>): SweepActivityDeps['isRunOpen'] {
  const client = new Client({ connection, namespace, dataConverter })
  return async ({ workflowId, runId }) => {
    try {
      const { closeTime } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflow.getHandle(workflowId, runId).describe(),
      )
      return closeTime === undefined
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false
      throw error
    }
  }
}
