import { describe, expect, it } from 'vitest'
import { calendarText, parseCron } from '../../../domain/maintenance/schedules/cron.ts'

function textOf(line: string): string {
  const read = parseCron(line)
  return read.ok ? calendarText(read.times) : read.problems.join('; ')
}

describe('a cron line', () => {
  it.each([
    ['* * * * *', '* * * * *'],
    ['15 3 * * *', '15 3 * * *'],
    ['*/20 */6 1 * *', '0,20,40 0,6,12,18 1 * *'],
    ['5-15/5,30 3 * JAN-mar mon-fri', '5,10,15,30 3 * 1,2,3 1,2,3,4,5'],
    ['0 0 * * 5-7', '0 0 * * 0,5,6'],
    ['0 0 * * 7', '0 0 * * 0'],
    ['50/5 0 * * sun,3', '50,55 0 * * 0,3'],
    ['0-59 0-23 * 1-12 0-6', '* * * * *'],
  ])('%s is %s', (line, text) => {
    expect(textOf(line)).toBe(text)
  })

  it.each([
    ['* * * *', /five fields/],
    ['60 * * * *', /the minute cannot be "60": it is \*, or 0 to 59/],
    ['* 24 * * *', /the hour/],
    ['* * 0 * *', /the day of the month/],
    ['* * * foo *', /or jan to dec/],
    ['*/0 * * * *', /the minute/],
    ['5-1 * * * *', /the minute/],
    ['1- * * * *', /the minute/],
    ['0 0 1 * mon', /not both/],
    ['99 99 * * *', /the minute.*; the hour/],
  ])('%s is refused', (line, problem) => {
    expect(textOf(line)).toMatch(problem)
  })
})
