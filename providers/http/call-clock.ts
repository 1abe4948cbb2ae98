import type { CallTimings } from '../../domain/model-request.ts'

/** Times one call from its creation on. */
export interface CallClock {
  /** Call it with each generated token; the first one counts. */
  markToken(): void
  readonly hasTokens: () => boolean
  timings(): CallTimings
}

/** Starts the clock of one call. */
export function startCallClock(now: () => number = () => performance.now()): CallClock {
  const startMs = now()
  let firstTokenMs: number | undefined
  return {
    markToken: () => {
      firstTokenMs ??= now() - startMs
    },
    hasTokens: () => firstTokenMs !== undefined,
    timings: () => ({
      latencyMs: now() - startMs,
      ...(firstTokenMs === undefined ? {} : { timeToFirstTokenMs: firstTokenMs }),
    }),
  }
}
