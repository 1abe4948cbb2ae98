import { type Client, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client'
import { readWorkflowEnd, refusedInput, toClientError } from './read-failure.ts'
import { experimentQuery } from '../workflows/contract.ts'
import type { ExperimentState } from '../domain/experiments/experiment-state.ts'
import { OperationRefusedError } from './errors.ts'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where the workflow of an experiment is reached. */
export interface ExperimentPlace {
  readonly client: Client
  readonly address: string
}

/** Time for a worker to answer a query or an update. */
const ANSWER_TIMEOUT_MS = 15_000
/** Time for an experiment to begin: a version may have to be loaded, or it is refused. */
const START_TIMEOUT_MS = 10 * 60_000
const POLL_MS = 200

/** Waits until an experiment runs. @throws InvalidRequestError when it could not start, NoWorkerError */
export async function awaitBegun(
  place: ExperimentPlace,
  handle: WorkflowHandle,
  experimentId: string,
): Promise<ExperimentState> {
  const giveUpAtMs = Date.now() + START_TIMEOUT_MS
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const state = await orExperimentError(place, experimentId, () => handle.query(experimentQuery))
    if (state !== null) return state
    // oxlint-disable-next-line no-await-in-loop
    const { status } = await orExperimentError(place, experimentId, () => handle.describe())
    // oxlint-disable-next-line no-await-in-loop
    if (status.name !== 'RUNNING') throw await whyEnded(place, handle, experimentId)
    if (Date.now() >= giveUpAtMs) {
      throw new OperationRefusedError(
        `experiment ${experimentId} has not begun yet`,
        'Look at it in the Temporal UI: its version may still be loading.',
      )
    }
    // oxlint-disable-next-line no-await-in-loop
    await sleep(POLL_MS)
  }
}

async function whyEnded(
  { address }: ExperimentPlace,
  handle: WorkflowHandle,
  experimentId: string,
): Promise<Error> {
  const what = `experiment ${experimentId}`
  try {
    await handle.result()
    return new OperationRefusedError(`${what} is over`, 'Give a new experiment a new id.')
  } catch (error) {
    const end = readWorkflowEnd(error)
    if (end === undefined) return toClientError(error, address, what)
    const reason = end.kind === 'cancelled' ? 'was cancelled' : end.message
    return (
      refusedInput('the experiment', end) ??
      new OperationRefusedError(`${what} ${reason}`, 'Give a new experiment a new id.', { cause: error })
    )
  }
}

/** Asks the workflow of an experiment. @throws OperationRefusedError with its reason, NoWorkerError, NotConnectedError */
export async function orExperimentError<Answer>(
  { client, address }: ExperimentPlace,
  experimentId: string,
  question: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, question)
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) {
      throw new OperationRefusedError(
        error.cause?.message ?? error.message,
        `See how it stands: switchyard experiment status ${experimentId}`,
        { cause: error },
      )
    }
    throw toClientError(error, address, `experiment ${experimentId}`)
  }
}
