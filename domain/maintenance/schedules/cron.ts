/** Values from `start` to `end`, both among them, `step` apart. */
export interface ValueRange {
  readonly start: number
  readonly end: number
  readonly step: number
}

/** Times of a calendar: those at which every part matches. Sunday is 0, January 1. */
export interface CalendarTimes {
  readonly minute: readonly ValueRange[]
  readonly hour: readonly ValueRange[]
  readonly dayOfMonth: readonly ValueRange[]
  readonly month: readonly ValueRange[]
  readonly dayOfWeek: readonly ValueRange[]
}

interface Part {
  readonly name: keyof CalendarTimes
  readonly title: string
  readonly from: number
  readonly to: number
  readonly words?: readonly string[]
}

const MONTH_WORDS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAY_WORDS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const PARTS: readonly Part[] = [
  { name: 'minute', title: 'the minute', from: 0, to: 59 },
  { name: 'hour', title: 'the hour', from: 0, to: 23 },
  { name: 'dayOfMonth', title: 'the day of the month', from: 1, to: 31 },
  { name: 'month', title: 'the month', from: 1, to: 12, words: MONTH_WORDS },
  { name: 'dayOfWeek', title: 'the day of the week', from: 0, to: 6, words: DAY_WORDS },
]

export type ReadCron =
  | { readonly ok: true; readonly times: CalendarTimes }
  /** Sentences without a place. */
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Reads the five fields of a cron line: `15 3 * * mon-fri`. Lists, ranges and steps are known; a day of the month and one
 * of the week together are refused, because cron takes either and Temporal takes both.
 */
export function parseCron(line: string): ReadCron {
  const fields = line.trim().toLowerCase().split(/\s+/)
  if (fields.length !== PARTS.length) {
    return { ok: false, problems: [`must have five fields such as "15 3 * * mon-fri", has ${fields.length}`] }
  }
  const read = PARTS.map((part, index) => ({ part, ranges: readField(fields[index] ?? '', part) }))
  const wrong = read.flatMap(({ part, ranges }, index) =>
    ranges === undefined
      ? [`${part.title} cannot be ${JSON.stringify(fields[index])}: ${allowed(part)}`]
      : [],
  )
  if (fields[2] !== '*' && fields[4] !== '*') {
    wrong.push('must restrict the day of the month or the day of the week, not both')
  }
  if (wrong.length > 0) return { ok: false, problems: wrong }
  const rangesOf = (name: Part['name']) => read.find(({ part }) => part.name === name)?.ranges ?? []
  return {
    ok: true,
    times: {
      minute: rangesOf('minute'),
      hour: rangesOf('hour'),
      dayOfMonth: rangesOf('dayOfMonth'),
      month: rangesOf('month'),
      dayOfWeek: rangesOf('dayOfWeek'),
    },
  }
}

/** The times as one line in which equal times are equal texts. */
export function calendarText(times: CalendarTimes): string {
  const valuesOf = ({ name, from, to }: Part) => {
    const values = new Set(times[name].flatMap(spread))
    if (values.size === to - from + 1) return '*'
    return [...values].toSorted((left, right) => left - right).join(',')
  }
  return PARTS.map(valuesOf).join(' ')
}

function spread({ start, end, step }: ValueRange): readonly number[] {
  const values: number[] = []
  for (let value = start; value <= end; value += Math.max(1, step)) values.push(value)
  return values
}

function readField(field: string, part: Part): readonly ValueRange[] | undefined {
  const ranges = field.split(',').map((item) => readItem(item, part))
  return ranges.every((range) => range !== undefined) ? ranges.flat() : undefined
}

/** `*`, `5`, `1-5`, each with a step: `0-30/10`. */
function readItem(item: string, part: Part): readonly ValueRange[] | undefined {
  const [, body = '', stepText] = /^([^/]+)(?:\/(\d{1,4}))?$/.exec(item) ?? []
  const step = stepText === undefined ? 1 : Number(stepText)
  if (step < 1) return undefined
  if (body === '*') return [{ start: part.from, end: part.to, step }]
  const [startText = '', endText, ...rest] = body.split('-')
  const start = readValue(startText, part)
  // `5/10` goes on to the end, as in cron.
  const end = endText === undefined ? (stepText === undefined ? start : part.to) : readValue(endText, part)
  if (start === undefined || end === undefined || rest.length > 0) return undefined
  // Sunday is 0 and 7: `5-7` is Friday, Saturday and Sunday.
  if (part.name === 'dayOfWeek' && endText === '7') return weekEnd(start % 7, step)
  return start <= end ? [{ start, end, step }] : undefined
}

function weekEnd(start: number, step: number): readonly ValueRange[] {
  const days = spread({ start, end: 7, step }).map((day) => day % 7)
  return days.map((day) => ({ start: day, end: day, step: 1 }))
}

function readValue(text: string, { name, from, to, words }: Part): number | undefined {
  const word = words?.indexOf(text) ?? -1
  if (word >= 0) return word + from
  if (!/^\d{1,2}$/.test(text)) return undefined
  const value = name === 'dayOfWeek' && text === '7' ? 0 : Number(text)
  return value >= from && value <= to ? value : undefined
}

function allowed({ from, to, words }: Part): string {
  const named = words === undefined ? '' : `, or ${words[0] ?? ''} to ${words.at(-1) ?? ''}`
  return `it is *, or ${from} to ${to}${named}, with - for ranges, / for steps and , for lists`
}
