import { Client } from '@temporalio/client'
import type { InspectionDeps } from '../../activities/maintenance/inspect-versions.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** A check does not wait longer for one queue. */
const DEADLINE_MS = 3_000

/** Temporal lists pollers for minutes after they are gone; a living one asks again at least once a minute. */
const POLLS_WITHIN_MS = 75_000

/** Temporal's number for queues of activities. */
const ACTIVITY_QUEUE = 2

/** Asks Temporal whether a worker polls a queue of calls. */
export function createHasPollers({
  connection,
  namespace,
}: Pick<WorkerSurroundings, 'connection' | 'namespace'>): InspectionDeps['hasPollers'] {
  const client = new Client({ connection, namespace })
  return async (taskQueue) => {
    try {
      const { pollers } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum's package is none of ours
          taskQueueType: ACTIVITY_QUEUE,
        }),
      )
      const since = Date.now() - POLLS_WITHIN_MS
      return (pollers ?? []).some(
        ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= since,
      )
    } catch {
      return undefined
    }
  }
}
