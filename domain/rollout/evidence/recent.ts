import type { ObservedAttempt } from '../guards.ts'
import { observe } from './observe.ts'
import type { RecentCanary } from './thresholds.ts'

/** One ended call of the canary. Times in milliseconds, moments since the epoch. */
export interface EndedAttempt {
  /** The request that it was made for: one that fails several times is one failure. */
  readonly operationId: string
  readonly outcome: ObservedAttempt['outcome']
  readonly openedAtMs: number
  readonly closedAtMs: number
  readonly latencyMs?: number
}

/** Sums up the canary's last calls for plain limits and the tripwire. */
export function recentCanary(attempts: readonly EndedAttempt[], sinceMs: number): RecentCanary {
  const telling = attempts.filter((attempt) => signOf(attempt) !== undefined)
  const inWindow = telling.filter(({ openedAtMs }) => openedAtMs >= sinceMs)
  const latencies = inWindow.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]))
  return {
    requests: inWindow.length,
    errors: inWindow.filter((attempt) => signOf(attempt) === 'bad').length,
    successes: inWindow.filter(({ outcome }) => outcome === 'answered').length,
    meanResponseMs: latencies.reduce((sum, latencyMs) => sum + latencyMs, 0) / Math.max(1, latencies.length),
    failuresInARow: failuresInARow(telling),
  }
}

function failuresInARow(attempts: readonly EndedAttempt[]): number {
  const newestFirst = attempts.toSorted((left, right) => right.closedAtMs - left.closedAtMs)
  const success = newestFirst.findIndex((attempt) => signOf(attempt) === 'good')
  const failed = success < 0 ? newestFirst : newestFirst.slice(0, success)
  return new Set(failed.map(({ operationId }) => operationId)).size
}

function signOf({ outcome }: EndedAttempt): 'good' | 'bad' | undefined {
  return observe({ arm: 'canary', weight: 1, key: '', outcome }, { metric: 'errors' })
}
