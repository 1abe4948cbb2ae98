import { expect, test } from 'vitest'
import { budgetWindow } from '../../../domain/budget/budget-window.ts'

test.each([
  ['noon', '2026-11-21T12:00:00.000Z', '2026-11-21', '2026-11-22'],
  ['the first millisecond', '2026-11-21T00:00:00.000Z', '2026-11-21', '2026-11-22'],
  ['the last millisecond', '2026-11-21T23:59:59.999Z', '2026-11-21', '2026-11-22'],
  ['the last day of a year', '2026-12-31T05:00:00.000Z', '2026-12-31', '2027-01-01'],
  ['a leap day', '2028-02-29T05:00:00.000Z', '2028-02-29', '2028-03-01'],
])('at %s the day is the calendar day in UTC', (_title, now, startsAt, endsAt) => {
  expect(budgetWindow(Date.parse(now), 'day')).toEqual({ startsAt, endsAtMs: Date.parse(endsAt) })
})

test.each([
  ['the middle', '2026-11-21T12:00:00.000Z', '2026-11-01', '2026-12-01'],
  ['the first millisecond', '2026-11-01T00:00:00.000Z', '2026-11-01', '2026-12-01'],
  ['the last millisecond', '2026-11-30T23:59:59.999Z', '2026-11-01', '2026-12-01'],
  ['December', '2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
  ['February of a leap year', '2028-02-10T00:00:00.000Z', '2028-02-01', '2028-03-01'],
])('at %s of a month the month is the calendar month in UTC', (_title, now, startsAt, endsAt) => {
  expect(budgetWindow(Date.parse(now), 'month')).toEqual({ startsAt, endsAtMs: Date.parse(endsAt) })
})
