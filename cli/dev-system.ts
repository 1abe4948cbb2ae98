import { CliError } from './cli-error.ts'
import { type DevFacts, readDevFile } from '../workers/dev-settings.ts'
import { createProgressPrinter } from '../tools/progress.ts'
import type { GlobalOptions } from './global-options.ts'
import { loadSettings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** A dev system that this process runs, or another one that it found. */
export interface ReachedDevSystem {
  readonly facts: Omit<DevFacts, 'pid'>
  /** Where its workers log to; absent when another process runs it. */
  readonly logFile?: string
  /** False when another process runs it. */
  readonly isOwn: boolean
  /** Settles when a part ended by itself; never for another process's. */
  readonly ended: Promise<void>
  /** Stops it when it is our own. */
  stop(): Promise<void>
}

export interface DevPorts {
  readonly port?: number
  readonly uiPort?: number
  readonly healthPort?: number
}

/** Starts everything in this process. @throws CliError when one runs on this data folder already */
export async function startOwnDevSystem(
  options: GlobalOptions,
  terminal: Terminal,
  ports: DevPorts & { readonly catalogPath?: string } = {},
): Promise<ReachedDevSystem> {
  const { dataDir } = loadSettings(options)
  const running = await readDevFile(dataDir)
  if (running !== undefined) throw runsAlready(running, dataDir)
  // Loaded late: workers are heavy, and most commands need none.
  const { startDev } = await import('../workers/dev.ts')
  const { address, namespace } = options
  const system = await startDev({
    dataDir,
    ...ports,
    ...(address === undefined ? {} : { temporalAddress: address }),
    ...(namespace === undefined ? {} : { namespace }),
    onProgress: createProgressPrinter(terminal.noteStream),
  })
  if (terminal.noteStream.isTTY) terminal.note('')
  const { uiUrl, contentDir, logFile, ended } = system
  return {
    facts: {
      address: system.address,
      namespace: system.namespace,
      contentDir,
      ...(uiUrl === undefined ? {} : { uiUrl }),
    },
    logFile,
    isOwn: true,
    ended,
    stop: () => system.stop(),
  }
}

/** The dev system that runs on the data folder, or a new one. */
export async function reachDevSystem(options: GlobalOptions, terminal: Terminal): Promise<ReachedDevSystem> {
  const running = await readDevFile(loadSettings(options).dataDir)
  if (running === undefined) return startOwnDevSystem(options, terminal)
  return { facts: running, isOwn: false, ended: new Promise(() => {}), stop: () => Promise.resolve() }
}

function runsAlready({ address, uiUrl, pid }: DevFacts, dataDir: string): CliError {
  const ui = uiUrl === undefined ? '' : `, UI at ${uiUrl}`
  return new CliError(
    `a dev system runs already on ${dataDir}: Temporal at ${address}${ui}, process ${pid}`,
    `Use it as it is; or stop it (Ctrl-C in its terminal, or \`kill ${pid}\`); or start another one with its own --data-dir.`,
  )
}
