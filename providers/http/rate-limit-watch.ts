import type { HeaderReader } from './retry-after.ts'
import { parseExhaustedUntil } from './rate-limit-headers.ts'
import type { RateLimitReport } from '../../domain/limits/rate-limit-report.ts'

/** Keeps what the headers of one call said about limits until the call has ended, however it ends. */
export interface RateLimitWatch {
  /** Takes the headers of the answer, as soon as they are there. */
  read(headers: HeaderReader): void
  /** What is used up at this moment: a long answer may outlast the wait that its headers told of. */
  report(): RateLimitReport | undefined
}

/**
 * Watches one call.
 * @param now milliseconds since the epoch
 */
export function watchRateLimits(now: () => number = Date.now): RateLimitWatch {
  let untilMs: number | undefined
  return {
    read: (headers) => {
      untilMs = parseExhaustedUntil(headers, now()) ?? untilMs
    },
    report: () => {
      const exhaustedForMs = untilMs === undefined ? 0 : Math.ceil(untilMs - now())
      return exhaustedForMs > 0 ? { exhaustedForMs } : undefined
    },
  }
}
