import { describe, expect, it } from 'vitest'
import type { OpenCall, WorkerReport } from '../../../workers/supervision/worker-report.ts'
import { type SupervisionEvent, superviseWorker } from '../../../workers/supervision/supervise-worker.ts'
import type { WorkerEnd } from '../../../workers/supervision/worker-process.ts'
import { openCall } from './open-call.ts'

const KILLED: WorkerEnd = { code: null, signal: 'SIGKILL' }
const DRAINED: WorkerEnd = { code: 0, signal: null }

describe('superviseWorker', () => {
  it('fails the open calls of a dead worker, none of a living one, and starts another at once', async () => {
    const scene = createScene()
    const first = scene.worker(1)
    first.report({ type: 'serving-began' })
    for (const number of [1, 2]) first.report({ type: 'call-began', call: openCall(number) })
    first.report({ type: 'call-ended', call: openCall(1) })
    await settled()
    expect(scene.failed).toEqual([])
    first.end(KILLED)
    await scene.started(2)
    // The first has ended, but its end died with the process perhaps.
    expect(scene.failed).toEqual([{ calls: [openCall(2), openCall(1)], reason: 'was killed by SIGKILL' }])
    expect(scene.pauses).toEqual([0])
    scene.worker(2).report({ type: 'serving-began' })
    expect(scene.supervised.readiness()).toEqual([
      { part: 'worker process', isReady: true, state: 'serving' },
    ])
    await scene.stop()
  })

  it('starts the next without waiting for Temporal', async () => {
    const answered = Promise.withResolvers<void>()
    const scene = createScene({ failCalls: () => answered.promise })
    scene.worker(1).report({ type: 'serving-began' })
    scene.worker(1).end(KILLED)
    await scene.started(2)
    const stopped = scene.stop()
    let isStopped = false
    void stopped.then(() => (isStopped = true))
    await settled()
    // It stays until the dead worker's calls are dealt with.
    expect(isStopped).toBe(false)
    answered.resolve()
    await stopped
  })

  it('waits twice as long after each death in a row, up to a minute', async () => {
    const scene = createScene()
    scene.worker(1).report({ type: 'serving-began' })
    for (let death = 1; death <= 9; death++) {
      scene.worker(death).end({ code: 1, signal: null })
      await scene.started(death + 1)
    }
    expect(scene.pauses).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    await scene.stop()
  })

  it('begins the pauses anew after a minute of service', async () => {
    const scene = createScene()
    for (const [life, servedMs] of [
      [1, 0],
      [2, 60_001],
      [3, 0],
    ] as const) {
      scene.worker(life).report({ type: 'serving-began' })
      scene.clock.nowMs += servedMs
      scene.worker(life).end(KILLED)
      await scene.started(life + 1)
    }
    expect(scene.pauses).toEqual([0, 0, 1000])
    await scene.stop()
  })

  it('gives up when the first worker ends before it serves', async () => {
    const scene = createScene()
    scene.worker(1).end({ code: 1, signal: null })
    await expect(scene.supervised.ended).rejects.toThrow(
      'the worker process ended with code 1 before it served',
    )
    expect(scene.workers).toHaveLength(1)
    await scene.stop()
  })

  it('goes on trying when a later one does', async () => {
    const scene = createScene()
    scene.worker(1).report({ type: 'serving-began' })
    scene.worker(1).end(KILLED)
    await scene.started(2)
    scene.worker(2).end({ code: 1, signal: null })
    await scene.started(3)
    await scene.stop()
  })

  it('asks its worker to drain when it stops, and leaves calls alone that ended in order', async () => {
    const scene = createScene()
    const worker = scene.worker(1)
    worker.report({ type: 'serving-began' })
    worker.report({ type: 'call-began', call: openCall(1) })
    worker.report({ type: 'call-ended', call: openCall(1) })
    await scene.stop()
    expect(worker.asked).toEqual(['drain'])
    expect(scene.failed).toEqual([{ calls: [], reason: 'ended with code 0' }])
    expect(scene.workers).toHaveLength(1)
    expect(scene.supervised.readiness()).toEqual([
      { part: 'worker process', isReady: false, state: 'stopped' },
    ])
  })

  it('kills a worker that does not drain in time, and fails what it had open', async () => {
    const scene = createScene({ drainTimeoutMs: 10, drains: false })
    const worker = scene.worker(1)
    worker.report({ type: 'serving-began' })
    worker.report({ type: 'call-began', call: openCall(1) })
    await scene.stop()
    expect(worker.asked).toEqual(['drain', 'kill'])
    expect(scene.failed).toEqual([{ calls: [openCall(1)], reason: 'was killed by SIGKILL' }])
  })

  it('stops in the pause between two workers', async () => {
    const scene = createScene({ pause: (signal) => aborted(signal) })
    scene.worker(1).report({ type: 'serving-began' })
    scene.worker(1).end(KILLED)
    await scene.happened('worker-died')
    await scene.stop()
    expect(scene.workers).toHaveLength(1)
  })
})

interface SceneOptions {
  readonly failCalls?: () => Promise<void>
  readonly pause?: (signal: AbortSignal) => Promise<unknown>
  readonly drainTimeoutMs?: number
  /** Whether workers end when they are asked to. */
  readonly drains?: boolean
}

function createScene(options: SceneOptions = {}) {
  const workers: ReturnType<typeof createWorker>[] = []
  const events: SupervisionEvent[] = []
  const failed: { readonly calls: readonly OpenCall[]; readonly reason: string }[] = []
  const pauses: number[] = []
  const clock = { nowMs: 0 }
  const supervised = superviseWorker({
    startWorker: (hear) => {
      const worker = createWorker(hear, options.drains ?? true)
      workers.push(worker)
      return worker.process
    },
    failCalls: async (calls, reason) => {
      failed.push({ calls, reason })
      await options.failCalls?.()
    },
    pause: async (ms, signal) => {
      pauses.push(ms)
      await options.pause?.(signal)
    },
    now: () => clock.nowMs,
    drainTimeoutMs: options.drainTimeoutMs ?? 10_000,
    onEvent: (event) => void events.push(event),
  })
  return {
    workers,
    failed,
    pauses,
    clock,
    supervised,
    stop: () => supervised.stop(),
    /** The worker of the n-th life, from 1. */
    worker: (life: number) => {
      const worker = workers[life - 1]
      if (worker === undefined) throw new Error(`there was no life ${life}`)
      return worker
    },
    started: (count: number) => expect.poll(() => workers.length).toBe(count),
    happened: (type: SupervisionEvent['type']) =>
      expect.poll(() => events.map((event) => event.type)).toContain(type),
  }
}

function createWorker(hear: (report: WorkerReport) => void, drains: boolean) {
  const { promise: ended, resolve: end } = Promise.withResolvers<WorkerEnd>()
  const asked: string[] = []
  return {
    report: hear,
    end,
    asked,
    process: {
      pid: 1,
      ended,
      drain: () => {
        asked.push('drain')
        if (drains) end(DRAINED)
      },
      kill: () => {
        asked.push('kill')
        end(KILLED)
      },
    },
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
