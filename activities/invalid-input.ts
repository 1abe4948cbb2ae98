import { ApplicationFailure } from '@temporalio/activity'

/**
 * The failure of an activity that people can start with a wrong input: not retried.
 * @param problems every one of them, for its details
 */
export function invalidInput(message: string, problems: readonly string[] = [message]): ApplicationFailure {
  return ApplicationFailure.create({ message, type: 'InvalidInput', nonRetryable: true, details: [problems] })
}
