import { Client, WorkflowNotFoundError } from '@temporalio/client'
import type { RetentionActivityDeps } from '../../activities/retention.ts'
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

/** Asks Temporal, through the worker's own connection, whether a workflow is over, in its latest run. */
export function createEndLookup({
  connection,
  namespace,
  dataConverter,
}: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>): RetentionActivityDeps['endOf'] {
  const client = new Client({ connection, namespace, dataConverter })
  return async (workflowId) => {
    try {
      const { closeTime } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflow.getHandle(workflowId).describe(),
      )
      return closeTime === undefined ? { isOpen: true } : { isOpen: false, endedAtMs: closeTime.getTime() }
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { isOpen: false }
      throw error
    }
  }
}
