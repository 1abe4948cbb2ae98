/** Soon enough for a person who has just raised the budget, in milliseconds. */
const SHORTEST_MS = 5_000

/**
 * The longest pause, in milliseconds. Each look takes six events of a history that ends at 51,200: once a minute for
 * a month would be 250,000, every half an hour is 9,000.
 */
const LONGEST_MS = 1_800_000

/** A pause is this share of the wait so far: what comes back late, comes back late by an eighth at most. */
const SHARE_OF_WAIT = 1 / 8

/** The workers' clocks and Temporal's may differ by this: without it, a look that came too early would spin. */
const CLOCK_MARGIN_MS = 1_000

/**
 * How long a call that waits for budget pauses before it looks again, in milliseconds. Room may come before the window
 * ends: a reservation is freed, or the budget is raised.
 */
export function nextRecheckMs(wait: {
  readonly waitedMs: number
  /** Until the window ends. */
  readonly untilResetMs: number
}): number {
  const pauseMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, wait.waitedMs * SHARE_OF_WAIT))
  return Math.ceil(Math.min(pauseMs, Math.max(0, wait.untilResetMs) + CLOCK_MARGIN_MS))
}
