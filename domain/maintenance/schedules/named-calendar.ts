import { calendarText, type CalendarTimes, type ValueRange } from './cron.ts'

const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const
const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const

type Month = (typeof MONTHS)[number]
type Day = (typeof DAYS)[number]

interface NamedRange<Unit> {
  start: Unit
  end: Unit
  step: number
}

/** Times as Temporal's client takes them. */
export function namedCalendar({ minute, hour, dayOfMonth, month, dayOfWeek }: CalendarTimes) {
  return {
    second: 0,
    minute: minute.map(mutable),
    hour: hour.map(mutable),
    dayOfMonth: dayOfMonth.map(mutable),
    month: month.map((range) => named(range, (value): Month => MONTHS[value - 1] ?? 'JANUARY')),
    dayOfWeek: dayOfWeek.map((range) => named(range, (value): Day => DAYS[value] ?? 'SUNDAY')),
  }
}

function mutable({ start, end, step }: ValueRange): NamedRange<number> {
  return { start, end, step }
}

function named<Unit>({ start, end, step }: ValueRange, nameOf: (value: number) => Unit): NamedRange<Unit> {
  return { start: nameOf(start), end: nameOf(end), step }
}

/** A calendar as Temporal describes it. */
export interface DescribedCalendar {
  readonly second: readonly ValueRange[]
  readonly minute: readonly ValueRange[]
  readonly hour: readonly ValueRange[]
  readonly dayOfMonth: readonly ValueRange[]
  readonly month: readonly NamedRange<Month>[]
  readonly dayOfWeek: readonly NamedRange<Day>[]
}

/** One line for a calendar of Temporal's. */
export function describedCalendarText(calendar: DescribedCalendar): string {
  const { minute, hour, dayOfMonth, second } = calendar
  const times: CalendarTimes = {
    minute,
    hour,
    dayOfMonth,
    month: calendar.month.map((range) => numbered(range, (name) => MONTHS.indexOf(name) + 1)),
    dayOfWeek: calendar.dayOfWeek.map((range) => numbered(range, (name) => DAYS.indexOf(name))),
  }
  const isOnTheMinute = second.every(({ start, end }) => start === 0 && end === 0)
  return isOnTheMinute ? calendarText(times) : `${calendarText(times)} (and seconds)`
}

function numbered<Unit>({ start, end, step }: NamedRange<Unit>, valueOf: (name: Unit) => number): ValueRange {
  return { start: valueOf(start), end: valueOf(end), step }
}
