import { formatUtc } from '../format-utc.ts'
import type { Finding } from './finding.ts'

/** A run that a schedule started, and how it stands. `cancelled`: somebody wanted it to end. */
export interface ScheduledRun {
  readonly workflowId: string
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled'
  readonly startedAtMs: number
}

/** A schedule of Temporal, as far as it says whether its runs come and succeed. Times: milliseconds since the epoch. */
export interface ScheduleReading {
  readonly scheduleId: string
  readonly isPaused: boolean
  /** The next runs as Temporal has planned them, the first one first. */
  readonly nextAtMs: readonly number[]
  /** Its last runs that Temporal knows, the latest first. */
  readonly runs: readonly ScheduledRun[]
}

/** Jitter, and a server that was restarted. */
const GRACE_MS = 10 * 60_000
/** A run that takes longer than this many periods, and the grace three times, has got stuck. */
const STUCK_PERIODS = 3

/** Schedules whose last run failed or does not end, and those whose runs do not come. */
export function judgeSchedules(readings: readonly ScheduleReading[], nowMs: number): readonly Finding[] {
  return readings.map((reading) => {
    const { scheduleId } = reading
    const problem = problemOf(reading, nowMs)
    return {
      rule: 'schedule',
      fingerprint: `schedule/${scheduleId}`,
      subject: `schedule ${scheduleId}`,
      status: problem === undefined ? 'clear' : 'breached',
      severity: 'warning',
      summary: `schedule ${scheduleId}: ${problem ?? 'its runs come and succeed'}`,
      value: problem === undefined ? 0 : 1,
      threshold: 1,
      unit: 'failures',
    }
  })
}

function problemOf({ isPaused, nextAtMs, runs }: ScheduleReading, nowMs: number): string | undefined {
  // What is under way says nothing yet: the one before it counts until it ends.
  const ended = runs.find(({ status }) => status !== 'running')
  if (ended?.status === 'failed') return `its last run ${ended.workflowId} failed`
  const [next, afterNext] = nextAtMs
  if (next === undefined || isPaused) return undefined
  const running = runs.find(({ status }) => status === 'running')
  if (running !== undefined) {
    const mostMs = STUCK_PERIODS * ((afterNext ?? next) - next + GRACE_MS)
    const isStuck = afterNext !== undefined && nowMs - running.startedAtMs > mostMs
    return isStuck ? `${running.workflowId} runs since ${formatUtc(running.startedAtMs)}` : undefined
  }
  return nowMs - next > GRACE_MS ? `the run of ${formatUtc(next)} did not come` : undefined
}
