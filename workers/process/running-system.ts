import { type Readiness, startHealthServer } from '../health-server.ts'
import { createProcessMetrics, type ProcessMetrics } from '../metrics/process-metrics.ts'
import type { WorkerConfig } from '../config.ts'

/** Something that runs in this process: a worker, a GPU node, a server. */
export interface SystemPart {
  readiness(): readonly Readiness[]
  /** Settles when it ended by itself; rejects when that was a failure. Absent: it never does. */
  readonly ended?: Promise<void>
  /** Lets what it does come to an end. */
  stop(): Promise<void>
}

/** All parts of a process together. */
export interface RunningSystem extends SystemPart {
  /** Settles when a part ended by itself; rejects when that was a failure. */
  readonly ended: Promise<void>
  /** Stops the parts, the last one first, then closes what they used. Safe to call twice. */
  stop(): Promise<void>
}

/** A system while it is put together. */
export interface SystemFrame {
  /** Closes what the parts stand on, after the parts. */
  readonly stack: AsyncDisposableStack
  /** What the health port shows of the parts. */
  readonly metrics: ProcessMetrics
  /** Takes parts in; those given together stop together. */
  add(...parts: readonly SystemPart[]): void
}

/**
 * Puts a system together, with its health endpoint when the configuration has a port for it. When building fails,
 * what stood already is stopped before the error is thrown on.
 */
export async function startSystem(
  { healthPort }: Pick<WorkerConfig, 'healthPort'>,
  build: (frame: SystemFrame) => Promise<void>,
): Promise<RunningSystem> {
  await using stack = new AsyncDisposableStack()
  const parts: SystemPart[] = []
  const readiness = (): readonly Readiness[] => parts.flatMap((part) => part.readiness())
  const metrics = createProcessMetrics(readiness)
  if (healthPort !== undefined) {
    // First, so that it tells of the loading before and of the draining after.
    const health = await startHealthServer({ port: healthPort, readiness, metrics: () => metrics.text() })
    stack.defer(() => health.stop())
  }
  await build({
    stack,
    metrics,
    add: (...added) => {
      parts.push(...added)
      // While the others are built nobody waits for its end: stopping it again must not be an unhandled rejection.
      for (const { ended } of added) ended?.catch(() => {})
      stack.defer(async () => {
        await Promise.all(added.map((part) => part.stop()))
      })
    },
  })
  const ended = Promise.race(parts.flatMap((part) => part.ended ?? []))
  ended.catch(() => {})
  const owned = stack.move()
  let stopped: Promise<void> | undefined
  return { readiness, ended, stop: () => (stopped ??= owned.disposeAsync()) }
}
