import { civilDate, daysSinceEpoch, formatDate, MS_PER_DAY } from '../../domain/civil-date.ts'
import { expect, test } from 'vitest'
import * as fc from 'fast-check'

test('a day has the date that the platform gives it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (day) => {
      const expected = new Date(day * MS_PER_DAY)
      expect(civilDate(day)).toEqual({
        year: expected.getUTCFullYear(),
        month: expected.getUTCMonth() + 1,
        day: expected.getUTCDate(),
      })
    }),
  )
})

test('a date counts back to its day', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), (day) => {
      expect(daysSinceEpoch(civilDate(day))).toBe(day)
    }),
  )
})

test('a date is written with all its digits', () => {
  expect(formatDate({ year: 2026, month: 1, day: 9 })).toBe('2026-01-09')
})
