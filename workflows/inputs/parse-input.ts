import { type Reader, readWhole } from '../../domain/reading/reader.ts'
import { invalidInput } from './invalid-input.ts'

/**
 * Reads what a person or a service gave to a workflow.
 * @param example a valid input, shown when this one is not
 * @throws ApplicationFailure `InvalidInput`, not retryable, that names every wrong place
 */
export function parseInput<Value>(
  reader: Reader<Value>,
  input: unknown,
  workflow: string,
  example: string,
): Value {
  const read = readWhole(reader, input)
  if (read.ok) return read.value
  throw invalidInput(
    `the input of ${workflow} is wrong: ${read.problems.join('; ')}. A valid one: ${example}`,
    read.problems,
  )
}
