import type { ReportToSupervisor } from './worker-report.ts'

/** What a supervisor sends to its worker process: stop polling, let the calls end, exit. */
export const DRAIN_MESSAGE = 'drain'

/** Writes a report into the channel to the supervisor; without one, or when it is gone, nothing happens. */
export const reportToSupervisor: ReportToSupervisor = (report) => {
  process.send?.(report, undefined, undefined, () => {})
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
