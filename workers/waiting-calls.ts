import { Client } from '@temporalio/client'
import type { NodeActivityDeps } from '../activities/nodes.ts'
import type { WorkerSurroundings } from './worker-options.ts'

/** A table for people does not wait longer for one figure. */
const DEADLINE_MS = 3_000

/** Temporal's number for queues of activities. */
const ACTIVITY_QUEUE = 2

/** Asks Temporal how many calls stand in a queue. It counts roughly, and not those that a worker has taken. */
export function createWaitingCalls({
  connection,
  namespace,
}: Pick<WorkerSurroundings, 'connection' | 'namespace'>): NodeActivityDeps['waitingCalls'] {
  const client = new Client({ connection, namespace })
  return async (taskQueue) => {
    try {
      const { stats } = await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum's package is none of ours
          taskQueueType: ACTIVITY_QUEUE,
          reportStats: true,
        }),
      )
      const count = stats?.approximateBacklogCount
      return count === undefined || count === null ? undefined : Number(count)
    } catch {
      return undefined
    }
  }
}
