import type { NanoUsd } from '../domain/money.ts'
import { customType } from './drizzle.ts'

/**
 * Whole nano-dollars in a `bigint`. Both engines may hand it over as text; an amount that a JavaScript number
 * cannot hold exactly is refused rather than rounded (9 million dollars on one row).
 */
export const nanoUsdColumn = customType<{ data: NanoUsd; driverData: string | number | bigint }>({
  dataType: () => 'bigint',
  fromDriver: wholeNumber,
  toDriver: wholeNumber,
})

/**
 * A document that comes back exactly as it went in. `jsonb` would refuse the U+0000 and the lone surrogates that a
 * model's answer may hold, and drizzle's own `json` parses a string a second time. Nothing queries inside them.
 */
export const documentColumn = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'json',
  // Both drivers parse it on the way out.
  fromDriver: (value) => value,
  toDriver: (value) => JSON.stringify(value),
})

/** A point in time, to the millisecond, read as ISO 8601 in UTC whatever the server's time zone is. */
export const instantColumn = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp (3) with time zone',
  fromDriver: (value) => new Date(value).toISOString(),
})

function wholeNumber(value: string | number | bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) {
    throw new RangeError(`${value} is not a whole number that JavaScript can hold exactly`)
  }
  return number
}
