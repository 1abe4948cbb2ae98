import type { ReportToSupervisor, WorkerReport } from './worker-report.ts'

/** What a supervisor sends to its worker process: stop polling, let the calls end, exit. */
export const DRAIN_MESSAGE = 'drain'

/** What is told within this time goes together: each message wakes the supervisor, which costs more than its bytes. */
const GATHER_MS = 20

const gathered: WorkerReport[] = []

/**
 * Tells the supervisor soon; without one, or when it is gone, nothing happens. A call that begins and dies with the
 * process before its report leaves is noticed by its missing heartbeats.
 */
export const reportToSupervisor: ReportToSupervisor = (report) => {
  gathered.push(report)
  if (gathered.length === 1) setTimeout(sendGathered, GATHER_MS)
}

function sendGathered(): void {
  const reports = gathered.splice(0)
  process.send?.(reports, undefined, undefined, () => {})
}

/**
 * Tells when the supervisor asks this process to drain, and when the channel to it closes, which the kernel does
 * however the supervisor dies. Never calls back in a process without a supervisor.
 */
export function listenToSupervisor(onWord: (reason: string) => void): void {
  // It may have gone while this process was starting.
  if (process.send !== undefined && !process.connected) onWord('the supervisor is gone')
  process.on('message', (message) => {
    if (message === DRAIN_MESSAGE) onWord('the supervisor stops')
  })
  process.once('disconnect', () => onWord('the supervisor is gone'))
}
