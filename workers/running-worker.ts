import type { SystemPart } from './process/running-system.ts'
import type { Worker } from '@temporalio/worker'

/** A worker that polls its queue. */
export interface RunningWorker extends SystemPart {
  readonly taskQueue: string
  /** Resolves when it has stopped; rejects when it failed by itself. */
  readonly ended: Promise<void>
  /** Stops polling at once and waits until what it runs has ended, at most for its grace time. Never rejects. */
  stop(): Promise<void>
}

/** Lets a worker poll. */
export function runWorker(worker: Worker): RunningWorker {
  const { taskQueue } = worker.options
  const ended = worker.run()
  // Whoever waits for `ended` hears of a failure; nobody else is to be ended by it.
  ended.catch(() => {})
  return {
    taskQueue,
    ended,
    readiness: () => [
      {
        part: taskQueue,
        isReady: worker.getState() === 'RUNNING',
        state: worker.getState().toLowerCase(),
      },
    ],
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.allSettled([ended])
    },
  }
}
