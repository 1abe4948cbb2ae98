import { spawnGuarded, type GuardedProcess } from '../guarded-process.mjs'
import { withLock } from '../with-lock.mjs'
import { awaitReady } from './await-ready.ts'
import { findFreePorts, isPortFree } from './free-ports.ts'
import { temporalServerArguments, type SearchAttributeTypes, type ServerPorts } from './server-arguments.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { forgetFileUser, recordFileUser, releaseServerFile, resolveServerFile } from './server-file.ts'
import { messageOf } from '../../domain/message-of.ts'

/** The dev server makes this namespace by itself. */
const NAMESPACE = 'default'
const READY_TIMEOUT_MS = 60_000
const STOP_GRACE_MS = 5_000
/** Another process may take a port between its being found free and its use. */
const PORT_TRIES = 3

export interface StartTemporalServerOptions {
  /** From `ensureTemporalCli`. */
  readonly cliPath: string
  /** Where everything is kept between starts; in memory when absent. */
  readonly dbFile?: string
  /** gRPC; any free port when absent. */
  readonly port?: number
  /** Any free port when absent. */
  readonly uiPort?: number
  /** Without the web UI; false by default. */
  readonly headless?: boolean
  readonly searchAttributes?: SearchAttributeTypes
  /** Receives the server's output, appended; a temporary file, gone at the end, when absent. */
  readonly logFile?: string
}

export interface TemporalServer {
  /** `host:port` for gRPC. */
  readonly address: string
  /** Empty when headless. */
  readonly uiUrl: string
  readonly namespace: string
  /** Of the server itself. */
  readonly pid: number
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Ends it in order: SIGTERM, after five seconds SIGKILL. */
  stop(): Promise<void>
  /** Ends it by SIGKILL, as a crash would. */
  kill(): void
}

/**
 * Starts the dev server and returns when its namespace answers. It cannot outlive this process, however this
 * process ends. Throws when a wanted port is taken, when another process's server uses `dbFile`, or when the server
 * does not come up; the error then ends with the server's last words.
 */
export async function startTemporalServer(options: StartTemporalServerOptions): Promise<TemporalServer> {
  await requireFree(options.port, 'gRPC')
  await requireFree(options.uiPort, 'UI')
  if (options.dbFile === undefined) return startWithRetries(options)
  const dbFile = await resolveServerFile(options.dbFile)
  return withLock(`${dbFile}.start-lock`, async () => {
    await releaseServerFile(dbFile)
    return startWithRetries({ ...options, dbFile })
  })
}

async function requireFree(port: number | undefined, purpose: string): Promise<void> {
  if (port === undefined || (await isPortFree(port))) return
  throw new Error(
    `The Temporal server's ${purpose} port ${port} is taken: end the process that listens on it, or choose another port.`,
  )
}

async function startWithRetries(options: StartTemporalServerOptions): Promise<TemporalServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, await choosePorts(options))
    } catch (error) {
      const isPortRace = error instanceof Error && error.message.includes('address already in use')
      if (!isPortRace || attempt === PORT_TRIES) throw error
    }
  }
}

async function choosePorts({ port, uiPort }: StartTemporalServerOptions): Promise<ServerPorts> {
  const [grpc = 0, ui = 0, metrics = 0, http = 0] = await findFreePorts(4)
  return { grpc: port ?? grpc, ui: uiPort ?? ui, metrics, http }
}

async function startOnce(options: StartTemporalServerOptions, ports: ServerPorts): Promise<TemporalServer> {
  const { cliPath, dbFile, headless = false, searchAttributes = {} } = options
  const log = await openServerLog(options.logFile)
  const file = dbFile === undefined ? {} : { dbFile }
  const serverArguments = temporalServerArguments({ ports, headless, searchAttributes, ...file })
  const guarded = spawnGuarded(cliPath, serverArguments, {
    stdio: ['ignore', log.descriptor, log.descriptor],
    graceMs: STOP_GRACE_MS,
  })
  log.handOver()
  const ended = cleanUpAfter(guarded, dbFile, log)
  const pid = await startedPid(guarded, cliPath)
  if (dbFile !== undefined) await recordFileUser(dbFile, pid)
  const address = `127.0.0.1:${ports.grpc}`
  await requireReady(guarded, ended, address, searchAttributes)
  return {
    address,
    uiUrl: headless ? '' : `http://127.0.0.1:${ports.ui}`,
    namespace: NAMESPACE,
    pid,
    exited: ended.then(({ code }) => code),
    stop: async () => {
      await guarded.stop()
      await ended
    },
    kill: () => {
      guarded.signal('SIGKILL')
    },
  }
}

async function startedPid(guarded: GuardedProcess, cliPath: string): Promise<number> {
  try {
    return await guarded.pid
  } catch (error) {
    throw new Error(`Cannot start the Temporal server with ${cliPath}`, { cause: error })
  }
}

interface ServerEnd {
  readonly code: number | null
  readonly lastWords: string
}

async function cleanUpAfter(
  guarded: GuardedProcess,
  dbFile: string | undefined,
  log: ServerLog,
): Promise<ServerEnd> {
  try {
    const { code } = await guarded.exited
    if (dbFile !== undefined) await forgetFileUser(dbFile, await guarded.pid)
    return { code, lastWords: await log.close() }
  } catch (error) {
    // It never started: whoever waits for its process id gets the reason.
    await log.close()
    return { code: null, lastWords: messageOf(error) }
  }
}

async function requireReady(
  guarded: GuardedProcess,
  ended: Promise<ServerEnd>,
  address: string,
  searchAttributes: SearchAttributeTypes,
): Promise<void> {
  const gone = new AbortController()
  const earlyEnd = ended.then(({ code, lastWords }) => {
    gone.abort()
    throw new Error(
      `The Temporal server ended (exit code ${String(code)}) before it was ready:\n${lastWords}`,
    )
  })
  const ready = awaitReady({
    address,
    namespace: NAMESPACE,
    searchAttributes,
    timeoutMs: READY_TIMEOUT_MS,
    signal: gone.signal,
  })
  // The one that loses the race must not become an unhandled rejection.
  earlyEnd.catch(() => {})
  ready.catch(() => {})
  try {
    await Promise.race([ready, earlyEnd])
  } catch (error) {
    await guarded.stop()
    throw error
  }
}
