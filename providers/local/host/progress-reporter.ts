import type { TokenCounts } from '../protocol.ts'

/** Often enough to show that it goes on, and not one message for every token. */
const REPORT_INTERVAL_MS = 200

/** Passes counts on: the first token at once, everything else at most every 200 ms. */
export function createProgressReporter(report: (counts: TokenCounts) => void): (counts: TokenCounts) => void {
  let reportedAtMs = 0
  let hasToken = false
  return ({ promptTokens, outputTokens }) => {
    const isFirstToken = outputTokens > 0 && !hasToken
    const now = performance.now()
    if (!isFirstToken && now - reportedAtMs < REPORT_INTERVAL_MS) return
    hasToken = outputTokens > 0
    reportedAtMs = now
    report({ promptTokens, outputTokens })
  }
}
