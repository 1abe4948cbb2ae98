import { describe, expect, it } from 'vitest'
import { DELIVERY_BACK_OFF, pauseBeforeTry } from '../../../domain/alerts/back-off.ts'

/** When a message is tried, in milliseconds after its event, until a receiver that is away for so long takes it. */
function triesOf(awayForMs: number): readonly number[] {
  const tries = [0]
  for (let atMs = 0; atMs < awayForMs;) {
    atMs += pauseBeforeTry(tries.length, atMs)
    tries.push(atMs)
  }
  return tries
}

describe('the pause before a message is tried again', () => {
  it('doubles up to its most', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 100].map((tries) => pauseBeforeTry(tries, 0))
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('brings a message half a minute at most after a receiver that was away for five minutes is back', () => {
    const tries = triesOf(300_000)
    const last = tries.at(-1) ?? 0
    expect(tries.filter((atMs) => atMs >= 300_000)).toHaveLength(1)
    expect(last).toBeLessThanOrEqual(300_000 + DELIVERY_BACK_OFF.mostMs)
    expect(tries.length).toBeLessThan(20)
  })

  it('never ends, and is long for a receiver that is away for days', () => {
    const tries = triesOf(3 * 86_400_000)
    expect(tries.at(-1)).toBeGreaterThanOrEqual(3 * 86_400_000)
    expect(tries.length).toBeLessThan(1_000)
    expect(pauseBeforeTry(10_000, 86_400_000)).toBe(300_000)
  })
})
