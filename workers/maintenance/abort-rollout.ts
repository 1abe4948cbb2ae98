import { Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import type { RemediationActivityDeps } from '../../activities/maintenance/remediation.ts'
import { ROLLOUT_UPDATES } from '../../workflows/rollout-contract.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

const ANSWER_WITHIN_MS = 8_000

/** Tells a rollout to go back, as an operator would, through the worker's own connection. */
export function createAbortRollout({
  connection,
  namespace,
  dataConverter,
}: Pick<
  WorkerSurroundings,
  'connection' | 'namespace' | 'dataConverter'
>): RemediationActivityDeps['abortRollout'] {
  const client = new Client({ connection, namespace, dataConverter })
  return async ({ rolloutId, by, comment, requestId }) => {
    try {
      await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        client.workflow
          .getHandle(rolloutId)
          .executeUpdate(ROLLOUT_UPDATES.abort, { args: [{ by, comment, requestId }] }),
      )
      return {}
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError)
        return { refusal: error.cause?.message ?? error.message }
      if (error instanceof WorkflowNotFoundError) return { refusal: 'it has ended' }
      throw error
    }
  }
}
