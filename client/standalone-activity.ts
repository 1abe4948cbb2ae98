import { ActivityExecutionFailedError, ApplicationFailure, type Client } from '@temporalio/client'
import { InvalidRequestError, NoWorkerError, OperationRefusedError } from './errors.ts'
import { FAILURE_TYPES } from '../workflows/contract.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { toClientError } from './read-failure.ts'

/** Runs something on an orchestrator worker: only these open the database and know the keys. */
export type ExecuteActivity = <Result>(activity: string, input: object) => Promise<Result>

/**
 * Runs standalone activities: a client needs one address and no database password.
 * @throws NoWorkerError, InvalidRequestError, OperationRefusedError, NotConnectedError
 */
export function createExecuteActivity(client: Client, address: string): ExecuteActivity {
  return async <Result>(activity: string, input: object): Promise<Result> => {
    try {
      const result: Result = await client.activity.execute(activity, {
        id: `report/${activity}/${crypto.randomUUID()}`,
        taskQueue: TASK_QUEUES.orchestrator,
        args: [input],
        // Nobody waits longer than this for a table; without a worker it says so.
        scheduleToStartTimeout: '10s',
        startToCloseTimeout: '20s',
        retry: { maximumAttempts: 2 },
      })
      return result
    } catch (error) {
      throw activityError(error, activity) ?? toClientError(error, address, activity)
    }
  }
}

function activityError(error: unknown, activity: string): Error | undefined {
  if (!(error instanceof ActivityExecutionFailedError)) return undefined
  const { cause } = error
  if (cause?.name === 'TimeoutFailure') return new NoWorkerError(`the report ${activity}`, { cause: error })
  if (cause instanceof ApplicationFailure && cause.type === FAILURE_TYPES.invalidInput) {
    const [problems] = cause.details ?? []
    return new InvalidRequestError(
      `the input of ${activity}`,
      Array.isArray(problems) ? problems.map(String) : [cause.message],
      { cause: error },
    )
  }
  return new OperationRefusedError(
    `the report ${activity} failed: ${cause?.message ?? error.message}`,
    "See the orchestrator worker's log.",
    { cause: error },
  )
}
