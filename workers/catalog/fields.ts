import { expecting } from './catalog-problem.ts'
import { z } from 'zod'

/** A whole number of some unit, 1 or more. */
export function wholeNumber(unit: string) {
  const expectation = expecting(`a whole number of ${unit}, 1 or more`)
  return z.int(expectation).min(1, expectation)
}

/** One of a few words. */
export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, expecting(`one of ${values.join(', ')}`))
}

/** What is expected where a mapping stands. */
export function mapping(fields: string) {
  return expecting(`a mapping with ${fields}`)
}
