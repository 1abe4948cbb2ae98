import { setTimeout as sleep } from 'node:timers/promises'

export interface Patience {
  /** In milliseconds. */
  readonly timeoutMs: number
  /** Between two looks, in milliseconds. */
  readonly intervalMs: number
}

/**
 * Looks again and again until there is something, and returns it; also outside of a test.
 * @param what is said when it never comes
 */
export async function until<Found>(
  what: string,
  look: () => Found | undefined | Promise<Found | undefined>,
  { timeoutMs, intervalMs }: Patience,
): Promise<Found> {
  const giveUpAtMs = performance.now() + timeoutMs
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > giveUpAtMs) throw new Error(`${what}: not within ${timeoutMs / 1000} s`)
    // oxlint-disable-next-line no-await-in-loop
    await sleep(intervalMs)
  }
}
