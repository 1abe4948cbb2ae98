import { Client } from '@temporalio/client'
import type { WorkerSurroundings } from './worker-options.ts'

/** Neither a check nor a table for people waits longer for one queue, in milliseconds. */
const DEADLINE_MS = 3_000

/** Temporal's number for queues of activities. */
const ACTIVITY_QUEUE = 2

/** What Temporal says about a queue of calls. */
export type CallQueue = Awaited<ReturnType<Client['workflowService']['describeTaskQueue']>>

/** Asks Temporal about a queue of calls. `undefined` when it does not answer in time. */
export function createDescribeCallQueue({
  connection,
  namespace,
}: Pick<WorkerSurroundings, 'connection' | 'namespace'>): (
  taskQueue: string,
) => Promise<CallQueue | undefined> {
  const client = new Client({ connection, namespace })
  return async (taskQueue) => {
    try {
      return await client.withDeadline(Date.now() + DEADLINE_MS, () =>
        client.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum's package is none of ours
          taskQueueType: ACTIVITY_QUEUE,
          reportStats: true,
        }),
      )
    } catch {
      return undefined
    }
  }
}
