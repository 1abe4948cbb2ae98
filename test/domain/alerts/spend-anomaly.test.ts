import { describe, expect, it } from 'vitest'
import { hoursOver, readSpend, SLOTS_PER_DAY, SLOTS_PER_HOUR } from '../../../domain/alerts/spend-slots.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../../domain/alerts/alert-settings.ts'
import { judgeSpends } from '../../../domain/alerts/spend-rule.ts'

const { spend } = DEFAULT_ALERT_SETTINGS
const DOLLAR = 1_000_000_000
const WEEK = 7 * SLOTS_PER_DAY

/** Judges a tenant that spends so many dollars an hour, by how many hours ago it was. */
function judge(usdPerHour: (hoursAgo: number) => number, knownSlots = WEEK + SLOTS_PER_DAY) {
  const slots = new Map(
    Array.from({ length: knownSlots }, (_, slot) => [
      slot,
      (usdPerHour(Math.floor(slot / SLOTS_PER_HOUR)) * DOLLAR) / SLOTS_PER_HOUR,
    ]),
  )
  return judgeSpends([readSpend('acme', hoursOver(slots), knownSlots)], spend)[0]
}

/** Something that varies by a tenth from hour to hour, always the same way. */
const noise = (hoursAgo: number) => 1 + 0.1 * Math.sin(hoursAgo * 12.9898)

describe('the rule about spend', () => {
  it('finds an hour that costs ten times the usual, and says what is usual', () => {
    const found = judge((hoursAgo) => 10 * noise(hoursAgo) * (hoursAgo === 0 ? 10 : 1))
    expect(found).toMatchObject({ status: 'breached', fingerprint: 'spend-anomaly/acme' })
    expect(found?.summary).toMatch(
      /^tenant acme spent \$100\.00 in the last hour, where \$1[01]\.\d\d? is usual/,
    )
  })

  it('lets a steady tenant be', () => {
    expect(judge((hoursAgo) => 10 * noise(hoursAgo))).toMatchObject({ status: 'clear' })
  })

  it('does not look at amounts below the floor, however unusual', () => {
    expect(judge((hoursAgo) => (hoursAgo === 0 ? 0.9 : 0.0001))).toMatchObject({ status: 'clear' })
  })

  it('finds a quiet tenant that is not quiet any more', () => {
    expect(judge((hoursAgo) => (hoursAgo === 0 ? 20 : 0.0001))).toMatchObject({ status: 'breached' })
  })

  it('knows that a night batch comes every night, and the working week every Monday', () => {
    expect(judge((hoursAgo) => (hoursAgo % 24 === 0 ? 50 : 0.01))).toMatchObject({ status: 'clear' })
    expect(judge((hoursAgo) => (hoursAgo % 168 === 0 ? 50 : 0.01))).toMatchObject({ status: 'clear' })
    expect(judge((hoursAgo) => (hoursAgo % 24 === 12 || hoursAgo === 0 ? 50 : 0.01))).toMatchObject({
      status: 'breached',
    })
  })

  it('stays with an anomaly for hours and takes it as usual after a day', () => {
    const since = (hours: number) => judge((hoursAgo) => (hoursAgo < hours ? 100 : 10))?.status
    expect([1, 4, 8].map(since)).toEqual(['breached', 'breached', 'breached'])
    expect(since(30)).toBe('clear')
  })

  it('says nothing about a tenant that is known for less than a day', () => {
    expect(judge(() => 100, 23 * SLOTS_PER_HOUR)).toBeUndefined()
    expect(judge((hoursAgo) => (hoursAgo === 0 ? 100 : 1), 30 * SLOTS_PER_HOUR)).toMatchObject({
      status: 'breached',
    })
  })

  it('looks at the sixty minutes up to now, not at a clock hour that has only begun', () => {
    const { lastHourNanoUsd, baselineNanoUsd } = readSpend(
      'acme',
      hoursOver(
        new Map([
          [11, 5],
          [12, 7],
        ]),
      ),
      WEEK,
    )
    expect(lastHourNanoUsd).toBe(5)
    expect(baselineNanoUsd[0]).toBe(7)
  })
})
