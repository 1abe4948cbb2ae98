import { type WorkerConfig, loadConfig } from '../config.ts'
import { createLogger, loggedError } from '../telemetry.ts'
import type { Logger } from 'pino'
import type { Patience } from './connect-temporal.ts'
import type { RunningSystem } from './running-system.ts'
import { inspect } from 'node:util'

export interface ProcessContext {
  readonly config: WorkerConfig
  readonly logger: Logger
  /** How long to wait for Temporal to answer. */
  readonly patience: Patience
}

/** In a deployment the server may come up a minute after its workers. */
const PATIENCE_MS = 90_000

const FORCED_EXIT_CODE = 130

/**
 * Runs a worker process from its start to its exit. SIGTERM and SIGINT drain it: it stops polling, lets running
 * calls end within the grace time and closes its stores; a second signal ends it at once. The exit code is 0
 * after a drain and 1 when it could not start or a part of it failed.
 */
export async function runProcess(
  worker: string,
  start: (context: ProcessContext) => Promise<RunningSystem>,
): Promise<void> {
  const stopping = new AbortController()
  const stopRequested = listenForSignals(stopping)
  try {
    const config = loadConfig()
    const logger = createLogger({ level: config.logLevel, worker })
    const system = await start({
      config,
      logger,
      patience: { timeoutMs: PATIENCE_MS, signal: stopping.signal },
    })
    const failed = await waitForEnd(system, stopRequested, logger)
    await system.stop()
    logger.info('stopped')
    process.exit(failed ? 1 : 0)
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0)
    process.stderr.write(`switchyard ${worker}: ${reasonOf(error)}\n`)
    process.exit(1)
  }
}

function listenForSignals(stopping: AbortController): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isAsked = false
    const onSignal = (signal: NodeJS.Signals): void => {
      if (isAsked) process.exit(FORCED_EXIT_CODE)
      isAsked = true
      stopping.abort()
      resolve(signal)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}

async function waitForEnd(
  system: RunningSystem,
  stopRequested: Promise<NodeJS.Signals>,
  logger: Logger,
): Promise<boolean> {
  try {
    const signal = await Promise.race([stopRequested, system.ended])
    if (signal === undefined) throw new Error('a worker stopped by itself')
    logger.info(`${signal}: draining; a second signal ends at once`)
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
