import type { OpenCall, WorkerReport } from './worker-report.ts'

/** The calls that one worker process has under way, by its own reports. */
export interface OpenCalls {
  take(report: WorkerReport): void
  /** Calls that have not ended. */
  open(): readonly OpenCall[]
  /** The open ones, and those that ended so shortly ago that Temporal may never have heard of their end. */
  unrecorded(): readonly OpenCall[]
}

/**
 * Between the end of an activity's code and Temporal's record of it lies one request, which dies with the process.
 * After the heartbeat timeout of five seconds Temporal has noticed by itself.
 */
const RECORDED_WITHIN_MS = 5_000

/** @param now milliseconds of a clock that never goes back */
export function createOpenCalls(now: () => number): OpenCalls {
  const open = new Map<string, OpenCall>()
  const ended = new Map<string, { readonly call: OpenCall; readonly endedAt: number }>()

  const forgetRecorded = (): void => {
    // In the order of their ends: the first that is young ends the search.
    for (const [key, { endedAt }] of ended) {
      if (now() - endedAt < RECORDED_WITHIN_MS) return
      ended.delete(key)
    }
  }

  return {
    take: (report) => {
      if (report.type === 'serving-began') return
      const { call } = report
      const key = keyOf(call)
      if (report.type === 'call-began') {
        open.set(key, call)
        return
      }
      open.delete(key)
      forgetRecorded()
      ended.set(key, { call, endedAt: now() })
    },
    open: () => [...open.values()],
    unrecorded: () => {
      forgetRecorded()
      return [...open.values(), ...[...ended.values()].map(({ call }) => call)]
    },
  }
}

function keyOf({ runId, activityId }: OpenCall): string {
  return `${runId}/${activityId}`
}
