import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { HostExit } from './model-host.ts'
import type { HostOrder, HostReport } from './protocol.ts'

/** How much of the process's error output is kept, for the sentence about its end. */
const ERROR_TAIL_CHARACTERS = 2000

/** The child process that holds the weights, as its parent sees it. */
export interface HostProcess {
  readonly processId: number | undefined
  /** Sends an order; does nothing when the process is gone. */
  send(order: HostOrder): void
  /** Ends the process at once; `reason` becomes part of how its end is told. */
  kill(reason: string): void
  readonly exited: Promise<HostExit>
}

/** `nice` becomes the process that it starts: the same id, the same channel. */
const NICE = ['-n', '5', process.execPath] as const

/** Starts a host process. It ends by itself when this process dies. */
export function startHostProcess(
  onReport: (report: HostReport) => void,
  { isBackground = false }: { readonly isBackground?: boolean } = {},
): HostProcess {
  const isNice = isBackground && process.platform !== 'win32'
  const child = fork(fileURLToPath(new URL('./host/host.ts', import.meta.url)), [], {
    execPath: isNice ? 'nice' : process.execPath,
    execArgv: isNice ? [...NICE] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errorTail = ''
  let killReason: string | undefined
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorTail = (errorTail + text).slice(-ERROR_TAIL_CHARACTERS)
  })
  child.on('message', onReport)
  const exited = new Promise<HostExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, reason: error.message }))
    // `close` and not `exit`: only then has the whole error output arrived.
    child.once('close', (code, signal) =>
      resolve({ code, signal, reason: exitReason(code, signal, killReason, errorTail) }),
    )
  })
  return {
    processId: child.pid,
    send: (order) => {
      // The callback takes the error of a process that dies meanwhile; `exited` tells of it.
      if (child.connected) child.send(order, () => undefined)
    },
    kill: (reason) => {
      killReason ??= reason
      child.kill('SIGKILL')
    },
    exited,
  }
}

function exitReason(
  code: number | null,
  signal: string | null,
  killReason: string | undefined,
  errorTail: string,
): string {
  const how = signal === null ? `exited with code ${code ?? 'unknown'}` : `was ended by ${signal}`
  const why = killReason === undefined ? '' : `: ${killReason}`
  const said = errorTail.trim() === '' || killReason !== undefined ? '' : `; it said: ${errorTail.trim()}`
  return `the model host process ${how}${why}${said}`
}
