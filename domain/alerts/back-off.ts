/** How long to wait before something is sent again. Milliseconds. */
export interface BackOff {
  /** After the first try; doubled after each further one. */
  readonly firstMs: number
  readonly mostMs: number
}

/** A receiver that was away for five minutes has its message half a minute later at most. */
export const DELIVERY_BACK_OFF: BackOff = { firstMs: 2_000, mostMs: 30_000 }

/** From this age on an undelivered message is tried once in so long: its receiver is not away for a moment. */
const OLD_MS = 30 * 60_000
const OLD_PAUSE_MS = 5 * 60_000

/**
 * The pause before the next try. It never ends: a message is tried as long as it is kept.
 * @param tries made so far, 1 or more
 * @param ageMs since the first one could have been made
 */
export function pauseBeforeTry(
  tries: number,
  ageMs: number,
  { firstMs, mostMs }: BackOff = DELIVERY_BACK_OFF,
): number {
  if (ageMs >= OLD_MS) return Math.max(mostMs, OLD_PAUSE_MS)
  return Math.min(mostMs, firstMs * 2 ** Math.min(tries - 1, 30))
}
