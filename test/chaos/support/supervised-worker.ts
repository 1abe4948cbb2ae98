import type { NodeProcess } from './child-process.ts'

/** The process id of the worker that a supervisor started last, by the supervisor's log. */
export function workerPid(supervisor: NodeProcess): number {
  const pid = /.*the worker process is (\d+)/s.exec(supervisor.output())?.[1]
  if (pid === undefined) throw new Error(`no worker process was started:\n${supervisor.output()}`)
  return Number(pid)
}
