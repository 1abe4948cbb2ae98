import type { CallQueue } from './describe-call-queue.ts'
import type { NodeActivityDeps } from '../activities/nodes.ts'

/** How many calls stand in a queue: Temporal counts roughly, and not those that a worker has taken. */
export function createWaitingCalls(
  describe: (taskQueue: string) => Promise<CallQueue | undefined>,
): NodeActivityDeps['waitingCalls'] {
  return async (taskQueue) => {
    const count = (await describe(taskQueue))?.stats?.approximateBacklogCount
    return count === undefined || count === null ? undefined : Number(count)
  }
}
