import { type WorkerConfig, loadConfig } from '../config.ts'
import { createLogger, loggedError } from '../telemetry.ts'
import type { Logger } from 'pino'
import type { Patience } from './connect-temporal.ts'
import type { RunningSystem } from './running-system.ts'
import { listenForStop } from './stop-requests.ts'
import { inspect } from 'node:util'

export interface ProcessContext {
  readonly config: WorkerConfig
  readonly logger: Logger
  /** How long to wait for Temporal to answer. */
  readonly patience: Patience
}

/** In a deployment the server may come up a minute after its workers. */
const PATIENCE_MS = 90_000

/**
 * Runs a worker process from its start to its exit. SIGTERM, SIGINT and the end of its supervisor drain it: it stops
 * polling, lets running calls end within the grace time and closes its stores; a second signal ends it at once. The
 * exit code is 0 after a drain and 1 when it could not start or a part of it failed.
 */
export async function runProcess(
  worker: string,
  start: (context: ProcessContext) => Promise<RunningSystem>,
): Promise<void> {
  const stop = listenForStop()
  try {
    const config = loadConfig()
    const logger = createLogger({ level: config.logLevel, worker })
    const system = await start({
      config,
      logger,
      patience: { timeoutMs: PATIENCE_MS, signal: stop.signal },
    })
    const failed = await waitForEnd(system, stop.requested, logger)
    await system.stop()
    logger.info('stopped')
    process.exit(failed ? 1 : 0)
  } catch (error) {
    if (stop.signal.aborted) process.exit(0)
    process.stderr.write(`switchyard ${worker}: ${reasonOf(error)}\n`)
    process.exit(1)
  }
}

async function waitForEnd(
  system: RunningSystem,
  stopRequested: Promise<string>,
  logger: Logger,
): Promise<boolean> {
  try {
    const reason = await Promise.race([stopRequested, system.ended])
    if (reason === undefined) throw new Error('a worker stopped by itself')
    logger.info(`${reason}: draining; a second signal ends at once`)
    return false
  } catch (error) {
    logger.fatal({ error: loggedError(error) }, 'a part failed')
    return true
  }
}

/** The message with those of its causes. */
function reasonOf(error: unknown): string {
  // Some libraries throw plain objects.
  if (!(error instanceof Error)) return inspect(error)
  return error.cause === undefined ? error.message : `${error.message}\n  because: ${reasonOf(error.cause)}`
}
