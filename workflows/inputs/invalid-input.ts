import { ApplicationFailure } from '@temporalio/workflow'
import { FAILURE_TYPES } from '../contract.ts'

/**
 * The failure of a workflow whose input it cannot be carried out with.
 * @param problems every one of them, for its details
 */
export function invalidInput(message: string, problems: readonly string[]): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: FAILURE_TYPES.invalidInput,
    nonRetryable: true,
    details: [problems],
  })
}
