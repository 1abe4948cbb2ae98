import type { CallQueue } from '../describe-call-queue.ts'
import type { InspectionDeps } from '../../activities/maintenance/inspect-versions.ts'

/** Temporal lists pollers for minutes after they are gone; a living one asks again at least once a minute. */
const POLLS_WITHIN_MS = 75_000

/** Whether a worker polls a queue of calls; `undefined` when Temporal does not say. */
export function createHasPollers(
  describe: (taskQueue: string) => Promise<CallQueue | undefined>,
): InspectionDeps['hasPollers'] {
  return async (taskQueue) => {
    const queue = await describe(taskQueue)
    if (queue === undefined) return undefined
    const since = Date.now() - POLLS_WITHIN_MS
    return (queue.pollers ?? []).some(
      ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= since,
    )
  }
}
