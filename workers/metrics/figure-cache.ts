import { setTimeout as sleep } from 'node:timers/promises'

export interface FigureCacheOptions {
  /** How old figures may be before they are read again, in milliseconds. */
  readonly freshMs: number
  /** How long a scrape waits for a reading, in milliseconds. */
  readonly patienceMs: number
  /** How long the last good figures are shown while readings fail, in milliseconds. */
  readonly keptMs: number
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** Figures are a few seconds old at most, a scrape waits half a second at most, and an outage shows within a minute. */
export const FIGURE_CACHE: FigureCacheOptions = {
  freshMs: 5_000,
  patienceMs: 500,
  keptMs: 60_000,
  now: () => performance.now(),
}

/**
 * Figures for scrapes, read at most once at a time and every few seconds. A scrape never waits long and never fails: it
 * gets what was read last, and `undefined` when that is too old.
 */
export function createFigureCache<Figures>(
  read: () => Promise<Figures>,
  { freshMs, patienceMs, keptMs, now }: FigureCacheOptions = FIGURE_CACHE,
): () => Promise<Figures | undefined> {
  let last: { readonly figures: Figures; readonly readAt: number } | undefined
  let reading: Promise<void> | undefined

  const readOnce = async (): Promise<void> => {
    try {
      const figures = await read()
      last = { figures, readAt: now() }
    } catch {
      // The age of the last figures tells.
    } finally {
      reading = undefined
    }
  }

  return async () => {
    if (last === undefined || now() - last.readAt >= freshMs) {
      reading ??= readOnce()
      await Promise.race([reading, sleep(patienceMs, undefined, { ref: false })])
    }
    return last !== undefined && now() - last.readAt < keptMs ? last.figures : undefined
  }
}
