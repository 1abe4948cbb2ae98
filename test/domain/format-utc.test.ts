import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUtc } from '../../domain/format-utc.ts'

describe('formatUtc', () => {
  it('agrees with the calendar of the platform from the year 1 to 9999', () => {
    const instants = fc.integer({ min: -62_135_596_800_000, max: Date.UTC(9999, 11, 31) })
    fc.assert(
      fc.property(instants, (epochMs) => {
        const expected = new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ')
        expect(formatUtc(epochMs)).toBe(`${expected} UTC`)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [0, '1970-01-01 00:00:00 UTC'],
    [-1, '1969-12-31 23:59:59 UTC'],
    [Date.UTC(2000, 1, 29, 23, 59, 59), '2000-02-29 23:59:59 UTC'],
    [Date.UTC(2100, 2, 1), '2100-03-01 00:00:00 UTC'],
  ])('shows %d as %s', (epochMs, expected) => {
    expect(formatUtc(epochMs)).toBe(expected)
  })
})
