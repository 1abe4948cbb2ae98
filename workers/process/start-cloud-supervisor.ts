import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import type { NativeConnection } from '@temporalio/worker'
import type { Logger } from 'pino'
import { CANCELLATION_MARGIN_MS } from '../worker-options.ts'
import { connectTemporal } from './connect-temporal.ts'
import { createCallFailer } from '../supervision/fail-calls.ts'
import { createDataConverter } from '../../payloads/data-converter.ts'
import { createFolderContentStore } from '../../payloads/content-store.ts'
import { installRuntime } from '../telemetry.ts'
import type { ProcessContext } from './run-process.ts'
import { type RunningSystem, startSystem } from './running-system.ts'
import { startWorkerProcess } from '../supervision/worker-process.ts'
import { type SupervisionEvent, superviseWorker } from '../supervision/supervise-worker.ts'

const WORKER_SCRIPT = fileURLToPath(import.meta.resolve('../cloud-worker-main.ts'))

/** Beyond the worker's own last word: for its exit. */
const EXIT_MARGIN_MS = 5_000

/**
 * Starts a process that keeps a cloud worker running as its child, and fails the child's open calls the moment it is
 * dead. The child serves the health port, so that what it answers is about the worker.
 */
export function startCloudSupervisor({ config, logger, patience }: ProcessContext): Promise<RunningSystem> {
  return startSystem({}, async (frame) => {
    installRuntime(logger)
    // The worker says the same, so that only it is heard.
    const quiet = logger.child({}, { level: 'error' })
    const connection = connectTemporal(config.temporal, { logger: quiet, patience })
    frame.stack.defer(() => closeWhenOpen(connection))
    const { namespace } = config.temporal
    const dataConverter = createDataConverter(createFolderContentStore(config.contentDir))
    frame.add(
      superviseWorker({
        startWorker: (hear, restarts) => startWorkerProcess(WORKER_SCRIPT, hear, [String(restarts)]),
        failCalls: createCallFailer({
          client: connection.then((open) => new Client({ connection: open, namespace, dataConverter })),
          logger,
        }),
        pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
        now: () => performance.now(),
        drainTimeoutMs: config.shutdownGraceMs + CANCELLATION_MARGIN_MS + EXIT_MARGIN_MS,
        onEvent: (event) => logEvent(logger, event),
      }),
    )
  })
}

async function closeWhenOpen(connection: Promise<NativeConnection>): Promise<void> {
  const open = await connection.catch(() => undefined)
  await open?.close()
}

function logEvent(logger: Logger, event: SupervisionEvent): void {
  switch (event.type) {
    case 'worker-started':
      return logger.info(`the worker process is ${event.pid}`)
    case 'serving-began':
      return logger.info('the worker process serves')
    case 'worker-died':
      return logger.error(`the worker process ${event.reason}; the next starts in ${event.restartInMs} ms`)
  }
}
