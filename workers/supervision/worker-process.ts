import { fork } from 'node:child_process'
import { DRAIN_MESSAGE } from './supervisor-channel.ts'
import { type WorkerReport, parseWorkerReports } from './worker-report.ts'

/** How a worker process ended. */
export interface WorkerEnd {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  /** Why it never ran. */
  readonly error?: string
}

/** A worker in a process of its own, whose reports are heard. */
export interface WorkerProcess {
  /** Absent when the system could not start it. */
  readonly pid: number | undefined
  /** Resolves when the process is gone and all that it ever reported has been heard. Never rejects. */
  readonly ended: Promise<WorkerEnd>
  /** Asks it to let its calls end and to exit. */
  drain(): void
  /** SIGKILL. */
  kill(): void
}

/** Starts a script with Node as a child that shares this process's environment and output. */
export function startWorkerProcess(
  script: string,
  hear: (report: WorkerReport) => void,
  args: readonly string[] = [],
): WorkerProcess {
  const child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.on('message', (message) => {
    for (const report of parseWorkerReports(message)) hear(report)
  })
  const { promise: ended, resolve } = Promise.withResolvers<WorkerEnd>()
  // Unlike `exit`, `close` comes after the last message.
  child.once('close', (code, signal) => resolve({ code, signal }))
  child.on('error', ({ message }) => {
    if (child.pid === undefined) resolve({ code: null, signal: null, error: message })
  })
  return {
    pid: child.pid,
    ended,
    drain: () => void child.send(DRAIN_MESSAGE, () => {}),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** For people: `was killed by SIGKILL`. */
export function describeEnd({ code, signal, error }: WorkerEnd): string {
  if (error !== undefined) return `could not be started: ${error}`
  return signal === null ? `ended with code ${code}` : `was killed by ${signal}`
}
