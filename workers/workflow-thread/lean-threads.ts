import threads, { type WorkerOptions } from 'node:worker_threads'

const PRELOAD = import.meta.resolve('./preload.ts')

/** The script of the SDK's threads that run workflows. */
const WORKFLOW_THREAD = /[\\/]workflow-worker-thread\.js$/

const { Worker: Thread } = threads

class LeanThread extends Thread {
  constructor(script: string | URL, options?: WorkerOptions) {
    const isOurs = WORKFLOW_THREAD.test(String(script))
    super(script, isOurs ? { ...options, execArgv: ['--import', PRELOAD] } : options)
  }
}

/**
 * Creates a worker whose workflows run in threads that were prepared by `preload.ts`. The SDK has no option for it, so it is given
 * another class of threads meanwhile.
 */
export async function inLeanThreads<Worker>(create: () => Promise<Worker>): Promise<Worker> {
  threads.Worker = LeanThread
  try {
    return await create()
  } finally {
    threads.Worker = Thread
  }
}
