import { type TrialHosts, createTrialActivities } from '../../activities/optimisation/trials.ts'
import { type RunningWorker, runWorker } from '../running-worker.ts'
import { type WorkerSurroundings, sharedWorkerOptions } from '../worker-options.ts'
import type { SystemPart } from '../process/running-system.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { Worker } from '@temporalio/worker'

/**
 * Polls the queue of one node, for what has to be done on this machine and no other. Returns at once. When it stops, trials stop
 * too: they are made again elsewhere, or not.
 */
export function startNodeWorker(
  surroundings: WorkerSurroundings,
  nodeId: string,
  hosts: TrialHosts,
): SystemPart {
  const starting = startWorker(surroundings, nodeId, hosts)
  starting.catch(() => {})
  return {
    readiness: () => [],
    ended: starting.then((worker) => worker.ended),
    stop: async () => {
      const [started] = await Promise.allSettled([starting])
      if (started.status === 'fulfilled') await started.value.stop()
    },
  }
}

async function startWorker(
  surroundings: WorkerSurroundings,
  nodeId: string,
  hosts: TrialHosts,
): Promise<RunningWorker> {
  return runWorker(
    await Worker.create({
      ...sharedWorkerOptions({ ...surroundings, shutdownGraceMs: 0 }),
      taskQueue: TASK_QUEUES.node(nodeId),
      activities: createTrialActivities({ hosts }),
      maxConcurrentActivityTaskExecutions: 2,
    }),
  )
}
