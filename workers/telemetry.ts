import { type DestinationStream, type Logger, destination, pino } from 'pino'
import { Runtime, type Logger as TemporalLogger, type LogMetadata } from '@temporalio/worker'
import type { LogLevel } from './config.ts'

/** What may stand beside a message: ids and figures. Anything else might be, or quote, a prompt. */
const LOGGED_FIELDS = new Set([
  'namespace',
  'taskQueue',
  'workflowId',
  'workflowType',
  'runId',
  'activityId',
  'activityType',
  'attempt',
  'attemptId',
  'operationId',
  'model',
  'version',
  'endpoint',
  'durationMs',
  'sdkComponent',
  'isLocal',
])

const MAX_ERROR_CHARACTERS = 500

export interface LoggerOptions {
  readonly level: LogLevel
  /** The kind of process: `orchestrator`, `cloud`, `gpu-node`, `dev`. */
  readonly worker: string
  /** A file to append to, or any stream; default: standard error. */
  readonly destination?: string | DestinationStream
}

/** A logger that writes one JSON object a line. */
export function createLogger({ level, worker, destination: target }: LoggerOptions): Logger {
  const stream =
    target === undefined || typeof target === 'string'
      ? destination({ dest: target ?? 2, mkdir: true, sync: true })
      : target
  return pino({ level, base: { worker, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stream)
}

/**
 * Sends what Temporal's SDK logs to `logger`, and leaves signals to the process's main file. To be called before
 * anything connects; where the SDK runs already, it stays as it is.
 * @param metricsAddress where the SDK serves its metrics, `host:port`; absent: it measures nothing
 */
export function installRuntime(logger: Logger, metricsAddress?: string): void {
  try {
    Runtime.install({
      logger: toTemporalLogger(logger),
      shutdownSignals: [],
      telemetryOptions: {
        logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} },
        ...(metricsAddress === undefined ? {} : { metrics: temporalMetrics(metricsAddress) }),
      },
    })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'IllegalStateError') throw error
    logger.debug('the Temporal SDK was started before; its logger is kept')
  }
}

/** Names as Prometheus has them: units and `_total` at their ends, times in seconds. */
function temporalMetrics(bindAddress: string) {
  return {
    attachServiceName: false,
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
    },
  }
}

/** Adapts a pino logger to the SDK. Only known ids and figures pass, and errors without their details. */
export function toTemporalLogger(logger: Logger): TemporalLogger {
  const write =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: LogMetadata): void => {
      // The SDK tells of every activity at `debug`.
      if (logger.isLevelEnabled(level)) logger[level](loggedFields(meta), message)
    }
  const levels = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  return {
    ...levels,
    log: (level, message, meta) => {
      const writers = {
        TRACE: levels.trace,
        DEBUG: levels.debug,
        INFO: levels.info,
        WARN: levels.warn,
        ERROR: levels.error,
      }
      writers[level](message, meta)
    },
  }
}

function loggedFields(meta: LogMetadata = {}): Record<string, unknown> {
  const fields: [string, unknown][] = Object.entries(meta).filter(([name]) => LOGGED_FIELDS.has(name))
  const error: unknown = meta['error']
  return { ...Object.fromEntries(fields), ...(error === undefined ? {} : { error: loggedError(error) }) }
}

/** Kind and beginning of the message; an error's details, causes and stack may quote what was sent. */
export function loggedError(error: unknown): { readonly type: string; readonly message: string } {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) }
  return { type: name, message: message.slice(0, MAX_ERROR_CHARACTERS) }
}
