import { InvalidArgumentError } from 'commander'
import { MAX_CAP_NANO_USD } from '../domain/budget/read-budget.ts'
import { nanoUsd, type NanoUsd } from '../domain/money.ts'
import { parseDuration } from '../domain/duration.ts'

/** A whole number from `minimum` on. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= minimum) return value
    throw new InvalidArgumentError(`It must be a whole number of at least ${minimum}.`)
  }
}

/** A number within bounds. */
export function decimal(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && value >= minimum && value <= maximum) return value
    throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum}.`)
  }
}

/** A time such as `90s`, in milliseconds. */
export function duration(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs !== undefined) return durationMs
  throw new InvalidArgumentError('It must be a time such as 90s, 5m, 2h or 7d.')
}

/** An instant: an ISO date, or how long ago. Returns ISO 8601. */
export function instant(text: string): string {
  const agoMs = parseDuration(text)
  if (agoMs !== undefined) return new Date(Date.now() - agoMs).toISOString()
  const time = Date.parse(text)
  if (!Number.isNaN(time) && /^\d{4}-\d\d-\d\d/.test(text)) return new Date(time).toISOString()
  throw new InvalidArgumentError('It must be how long ago (7d, 12h) or a date (2026-11-01).')
}

/** US dollars as `5usd`, `$5` or `0.25`, in nano-dollars. */
export function amount(text: string): NanoUsd {
  const [, dollars] = /^\$?(\d+(?:\.\d{1,9})?) ?(?:usd)?$/i.exec(text.trim()) ?? []
  const value = dollars === undefined ? undefined : nanoUsd(Number(dollars))
  if (value !== undefined && value <= MAX_CAP_NANO_USD) return value
  throw new InvalidArgumentError('It must be US dollars such as 5usd or 0.25, with 9 decimals at most.')
}
