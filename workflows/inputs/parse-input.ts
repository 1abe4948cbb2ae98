import { ApplicationFailure } from '@temporalio/workflow'
import type { z } from 'zod'
import { FAILURE_TYPES } from '../contract.ts'

/**
 * Parses what a person or a service gave to a workflow.
 * @param example a valid input, shown when this one is not
 * @throws ApplicationFailure `InvalidInput`, not retryable, that names every wrong place
 */
export function parseInput<Output>(
  schema: z.ZodType<Output>,
  input: unknown,
  workflow: string,
  example: string,
): Output {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'input'}: ${message}`)
  throw ApplicationFailure.create({
    message: `the input of ${workflow} is wrong: ${problems.join('; ')}. A valid one: ${example}`,
    type: FAILURE_TYPES.invalidInput,
    nonRetryable: true,
    details: [problems],
  })
}
