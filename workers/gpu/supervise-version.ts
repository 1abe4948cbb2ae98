import type { Readiness } from '../health-server.ts'
import type { RunningWorker } from '../running-worker.ts'
import { once } from 'node:events'

/** What supervision needs of a model host. */
export interface SupervisedHost {
  /** Resolves when its process is gone, with the reason for people. */
  readonly exited: Promise<{ readonly reason: string }>
  /** Frees the memory and ends the process; what still runs is cancelled after `timeoutMs`. */
  unload(options: { readonly timeoutMs: number }): Promise<void>
}

export interface SuperviseVersionOptions<Host extends SupervisedHost> {
  /** Names the version in messages and in the health answer: its task queue. */
  readonly name: string
  /** Loads, warms and probes; resolves when the version can serve. */
  readonly startHost: () => Promise<Host>
  /** Lets a worker poll the version's queue. */
  readonly startPolling: (host: Host) => Promise<RunningWorker>
  /** Waits; ends early when `signal` is aborted. Never rejects. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onEvent: (event: VersionEvent) => void
  /** The longest pause between two failed starts, in milliseconds. Default one minute. */
  readonly longestPauseMs?: number
}

/** How one round of serving ended. */
type ServingEnd =
  | { readonly type: 'stopped' }
  | { readonly type: 'load-failed'; readonly error: unknown }
  | { readonly type: 'polling-failed'; readonly error: unknown }
  | { readonly type: 'host-died'; readonly reason: string }

/** One transition of a supervised version. After a failure it is started again in `retryInMs`. */
export type VersionEvent =
  | { readonly type: 'serving-began' }
  | { readonly type: 'stopped' }
  | (Exclude<ServingEnd, { type: 'stopped' }> & { readonly retryInMs: number })

export interface SupervisedVersion {
  readiness(): Readiness
  /** Resolves when the version serves for the first time; rejects when its first start fails. */
  readonly firstServing: Promise<void>
  /** Stops polling, lets running calls end, then unloads. */
  stop(): Promise<void>
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** Its calls have ended before, or been cut off. */
const UNLOAD_TIMEOUT_MS = 2_000

/** A host that served this long before it died was healthy: the pauses begin anew. */
const HEALTHY_AFTER_MS = 60_000

/**
 * Keeps one version served: its queue is polled only while its host is loaded, warmed and probed. When the host
 * dies, polling stops at once, so that no call is sent to a cold version, and the host is started again; with
 * each failure in a row the pause before that doubles, up to a minute.
 */
export function superviseVersion<Host extends SupervisedHost>(
  options: SuperviseVersionOptions<Host>,
): SupervisedVersion {
  const stopping = new AbortController()
  const stopRequested = once(stopping.signal, 'abort')
  const firstServing = Promise.withResolvers<void>()
  firstServing.promise.catch(() => {})
  let state = 'loading'

  const serveOnce = async (): Promise<ServingEnd> => {
    const started = await startServing(options, stopping.signal)
    if ('type' in started) return started
    const { host, worker } = started
    state = 'serving'
    firstServing.resolve()
    options.onEvent({ type: 'serving-began' })
    const end = await servingEnd(host, worker, stopRequested)
    state = 'draining'
    await worker.stop()
    if (end.type !== 'host-died') await Promise.allSettled([host.unload({ timeoutMs: UNLOAD_TIMEOUT_MS })])
    return end
  }

  const run = async (): Promise<void> => {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      state = 'loading'
      const startedAt = performance.now()
      const end = await serveOnce()
      if (end.type === 'stopped') break
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) failures = 1
      const retryInMs = pauseAfter(failures, options.longestPauseMs)
      state = 'backing-off'
      firstServing.reject(endError(end))
      options.onEvent({ ...end, retryInMs })
      await options.pause(retryInMs, stopping.signal)
    }
    state = 'stopped'
    firstServing.reject(new Error(`${options.name} was stopped before it served`))
    options.onEvent({ type: 'stopped' })
  }

  const ended = run()
  return {
    readiness: () => ({ part: options.name, isReady: state === 'serving', state }),
    firstServing: firstServing.promise,
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}

async function startServing<Host extends SupervisedHost>(
  options: SuperviseVersionOptions<Host>,
  stopping: AbortSignal,
): Promise<{ readonly host: Host; readonly worker: RunningWorker } | ServingEnd> {
  let host: Host
  try {
    host = await options.startHost()
  } catch (error) {
    return { type: 'load-failed', error }
  }
  if (stopping.aborted) {
    await Promise.allSettled([host.unload({ timeoutMs: UNLOAD_TIMEOUT_MS })])
    return { type: 'stopped' }
  }
  try {
    return { host, worker: await options.startPolling(host) }
  } catch (error) {
    await Promise.allSettled([host.unload({ timeoutMs: UNLOAD_TIMEOUT_MS })])
    return { type: 'polling-failed', error }
  }
}

function servingEnd(
  host: SupervisedHost,
  worker: RunningWorker,
  stopRequested: Promise<unknown>,
): Promise<ServingEnd> {
  return Promise.race([
    stopRequested.then((): ServingEnd => ({ type: 'stopped' })),
    host.exited.then(({ reason }): ServingEnd => ({ type: 'host-died', reason })),
    worker.ended.then(
      (): ServingEnd => ({ type: 'stopped' }),
      (error: unknown): ServingEnd => ({ type: 'polling-failed', error }),
    ),
  ])
}

function pauseAfter(failures: number, longestMs = LONGEST_PAUSE_MS): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), longestMs)
}

function endError(end: Exclude<ServingEnd, { type: 'stopped' }>): unknown {
  return end.type === 'host-died' ? new Error(end.reason) : end.error
}
