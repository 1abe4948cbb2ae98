/** The process of the newest worker, as its supervisor logged it. */
export function parseWorkerPid(log: string): number {
  const last = [...log.matchAll(/the worker process is (\d+)/g)].at(-1)
  if (last === undefined) throw new Error(`no worker process was started:\n${log}`)
  return Number(last[1])
}
