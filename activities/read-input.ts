import { type Reader, readWhole } from '../domain/reading/reader.ts'
import { invalidInput } from './invalid-input.ts'

/**
 * Reads the input of an activity that people can start.
 * @param subject what it is, for the message: `the budget`
 * @throws ApplicationFailure `InvalidInput`, which is not retried, with every problem in its details
 */
export function readInput<Value>(reader: Reader<Value>, input: Value, subject: string): Value {
  const read = readWhole(reader, input)
  if (read.ok) return read.value
  throw invalidInput(`${subject} is not valid: ${read.problems.join('; ')}`, read.problems)
}
