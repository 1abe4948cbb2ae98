/** The canary's requests of the last while, without a comparison. */
export interface RecentCanary {
  readonly requests: number
  readonly errors: number
  readonly successes: number
  readonly meanResponseMs: number
  /** Failures since its last success, the tripwire's food. */
  readonly failuresInARow: number
}

/**
 * Fixed limits for those who want them. They bound nothing: a limit near the usual rate rolls healthy versions back,
 * the more surely the longer it is looked at.
 */
export interface PlainThresholds {
  /** Shares of requests, 0 to 1. */
  readonly maxErrorRate: number
  readonly minSuccessRate: number
  readonly maxMeanResponseMs: number
  /** Over how much time, in milliseconds, and with how many requests at least. */
  readonly windowMs: number
  readonly minRequests: number
}

export const DEFAULT_THRESHOLDS: PlainThresholds = {
  maxErrorRate: 0.05,
  minSuccessRate: 0.95,
  maxMeanResponseMs: 3000,
  windowMs: 300_000,
  minRequests: 50,
}

/** Failures of the canary in a row that end a rollout at once. */
export const DEFAULT_TRIPWIRE_FAILURES = 10

/** Which limit is broken, as a sentence; `undefined` while none is or too little was seen. */
export function explainBreach(recent: RecentCanary, thresholds: PlainThresholds): string | undefined {
  const { requests, errors, successes, meanResponseMs } = recent
  if (requests < thresholds.minRequests || requests === 0) return undefined
  if (errors / requests > thresholds.maxErrorRate)
    return `${percent(errors / requests)} errors, more than ${percent(thresholds.maxErrorRate)}`
  if (successes / requests < thresholds.minSuccessRate)
    return `${percent(successes / requests)} success, less than ${percent(thresholds.minSuccessRate)}`
  if (meanResponseMs > thresholds.maxMeanResponseMs)
    return `${Math.round(meanResponseMs)} ms mean response, more than ${thresholds.maxMeanResponseMs} ms`
  return undefined
}

/**
 * Whether the tripwire for a total outage is touched. Unbounded by design: a version that fails half of its requests on
 * both arms alike touches it after about a thousand.
 */
export function isTripped({ failuresInARow }: RecentCanary, failures: number): boolean {
  return failures > 0 && failuresInARow >= failures
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
