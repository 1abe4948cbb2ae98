import type { FailCalls } from './fail-calls.ts'
import { createOpenCalls } from './open-calls.ts'
import type { SystemPart } from '../process/running-system.ts'
import { type WorkerEnd, type WorkerProcess, describeEnd } from './worker-process.ts'
import type { WorkerReport } from './worker-report.ts'

export interface SuperviseWorkerOptions {
  /** @param restarts how many workers it had before */
  readonly startWorker: (hear: (report: WorkerReport) => void, restarts: number) => WorkerProcess
  readonly failCalls: FailCalls
  /** Waits; ends early when `signal` is aborted. Never rejects. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
  /** How long a worker that was asked to drain may take before it is killed, in milliseconds. */
  readonly drainTimeoutMs: number
  readonly onEvent: (event: SupervisionEvent) => void
}

export type SupervisionEvent =
  | { readonly type: 'worker-started'; readonly pid: number | undefined }
  | { readonly type: 'serving-began' }
  | { readonly type: 'worker-died'; readonly reason: string; readonly restartInMs: number }

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** A worker that served this long before it died was healthy: the pauses begin anew. */
const HEALTHY_AFTER_MS = 60_000

/**
 * Keeps one worker process running. When it is dead, and not before, its open calls are failed and another one is
 * started: at once the first time, after a pause that doubles up to a minute when it dies again and again. `ended`
 * rejects when the first one dies before it serves: then there is something to put right.
 */
export function superviseWorker(options: SuperviseWorkerOptions): Required<SystemPart> {
  const { failCalls, now, onEvent } = options
  const stopping = new AbortController()
  let state = 'starting'
  let current: WorkerProcess | undefined
  let failing: Promise<unknown> = Promise.resolve()
  let started = 0

  /** One life of the worker. Resolves with its end and how long it served; absent: it never did. */
  const runOnce = async (): Promise<{ readonly end: WorkerEnd; readonly servedMs?: number }> => {
    const calls = createOpenCalls(now)
    let servingSince: number | undefined
    state = 'starting'
    const worker = options.startWorker((report) => {
      calls.take(report)
      if (report.type !== 'serving-began') return
      servingSince = now()
      state = stopping.signal.aborted ? 'draining' : 'serving'
      onEvent({ type: 'serving-began' })
    }, started)
    started += 1
    current = worker
    onEvent({ type: 'worker-started', pid: worker.pid })
    const end = await worker.ended
    // One that exits in order has told Temporal everything it had to tell.
    const left = end.code === 0 ? calls.open() : calls.unrecorded()
    failing = Promise.all([failing, failCalls(left, describeEnd(end))])
    return { end, ...(servingSince === undefined ? {} : { servedMs: now() - servingSince }) }
  }

  const run = async (): Promise<void> => {
    let hasServed = false
    try {
      for (let deaths = 1; !stopping.signal.aborted; deaths += 1) {
        const { end, servedMs } = await runOnce()
        if (stopping.signal.aborted) break
        hasServed ||= servedMs !== undefined
        const reason = describeEnd(end)
        if (!hasServed) throw new Error(`the worker process ${reason} before it served`)
        if (servedMs !== undefined && servedMs > HEALTHY_AFTER_MS) deaths = 1
        const restartInMs = pauseAfter(deaths)
        state = 'backing-off'
        onEvent({ type: 'worker-died', reason, restartInMs })
        await options.pause(restartInMs, stopping.signal)
      }
    } finally {
      state = 'stopped'
      await failing
    }
  }

  const ended = run()
  ended.catch(() => {})
  return {
    readiness: () => [{ part: 'worker process', isReady: state === 'serving', state }],
    ended,
    stop: async () => {
      stopping.abort()
      current?.drain()
      const timer = setTimeout(() => current?.kill(), options.drainTimeoutMs)
      await Promise.allSettled([ended])
      clearTimeout(timer)
    },
  }
}

function pauseAfter(deaths: number): number {
  return deaths === 1 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (deaths - 2), LONGEST_PAUSE_MS)
}
