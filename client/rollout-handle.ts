import { type Client, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client'
import { readWorkflowEnd, refusedInput, toClientError } from './read-failure.ts'
import { ROLLOUT_UPDATES, type RolloutCommandInput, rolloutQuery } from '../workflows/contract.ts'
import { OperationRefusedError } from './errors.ts'
import type { RolloutCommand } from '../domain/rollout/machine/events.ts'
import type { RolloutReport } from '../domain/rollout/report/rollout-report.ts'
import type { RolloutState } from '../domain/rollout/state.ts'
import { setTimeout as sleep } from 'node:timers/promises'

/** Who asks for something, and why. */
export interface OperatorOptions {
  readonly by: string
  readonly comment?: string
  /** The same command under the same id is taken once; default: a new one. */
  readonly requestId?: string
}

/** A rollout that was started: it goes on whatever happens to this process. */
export interface RolloutHandle {
  /** The id of its workflow. */
  readonly rolloutId: string
  /** The rollout as it stands. @throws InvalidRequestError when it could not start, NoWorkerError, OperationRefusedError */
  state(): Promise<RolloutState>
  /**
   * Sends an operator's command and returns the state that follows.
   * @throws OperationRefusedError with the reason when it is not taken, NoWorkerError
   */
  command(command: RolloutCommand, options: OperatorOptions): Promise<RolloutState>
  /** Waits for the end, whatever it is. @throws InvalidRequestError when it could not start, OperationRefusedError */
  result(): Promise<RolloutReport>
}

export interface RolloutHandleParts {
  readonly client: Client
  readonly handle: WorkflowHandle
  readonly address: string
}

/** Time for a worker to answer a query or an update. */
const ANSWER_TIMEOUT_MS = 15_000
/** Time for a rollout to get its lease, or to be refused it. */
const START_TIMEOUT_MS = 60_000
const POLL_MS = 200

export function createRolloutHandle(parts: RolloutHandleParts): RolloutHandle {
  const { client, handle, address } = parts
  const rolloutId = handle.workflowId
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, question)
    } catch (error) {
      throw refusedCommand(error, rolloutId) ?? toClientError(error, address, `rollout ${rolloutId}`)
    }
  }
  return {
    rolloutId,
    state: () => begunState(parts, ask),
    command: ({ name, ...details }, { by, comment, requestId = crypto.randomUUID() }) => {
      const input: RolloutCommandInput = {
        by,
        requestId,
        ...details,
        ...(comment === undefined ? {} : { comment }),
      }
      return ask(() => handle.executeUpdate(ROLLOUT_UPDATES[name], { args: [input] }))
    },
    result: () => awaitReport(parts),
  }
}

/** Waits until the rollout has its lease; one that was refused has ended. */
async function begunState(
  parts: RolloutHandleParts,
  ask: <T>(question: () => Promise<T>) => Promise<T>,
): Promise<RolloutState> {
  const { handle } = parts
  const giveUpAtMs = Date.now() + START_TIMEOUT_MS
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const state = await ask(() => handle.query(rolloutQuery))
    if (state !== null) return state
    // oxlint-disable-next-line no-await-in-loop
    const { status } = await ask(() => handle.describe())
    // oxlint-disable-next-line no-await-in-loop
    if (status.name !== 'RUNNING') await awaitReport(parts)
    if (Date.now() >= giveUpAtMs) {
      throw new OperationRefusedError(
        `rollout ${handle.workflowId} has not got the lease of its model yet`,
        'Look at it in the Temporal UI, and at the workers: the workflow of the model does not answer.',
      )
    }
    // oxlint-disable-next-line no-await-in-loop
    await sleep(POLL_MS)
  }
}

async function awaitReport({ handle, address }: RolloutHandleParts): Promise<RolloutReport> {
  const what = `rollout ${handle.workflowId}`
  try {
    const report: RolloutReport = await handle.result()
    return report
  } catch (error) {
    const end = readWorkflowEnd(error)
    if (end === undefined) throw toClientError(error, address, what)
    const reason = end.kind === 'cancelled' ? 'was cancelled and has gone back' : end.message
    throw (
      refusedInput('the rollout', end) ??
      new OperationRefusedError(
        `${what} ${reason}`,
        'The shares return to the stable version when its lease ends, within two minutes; start a new one.',
        { cause: error },
      )
    )
  }
}

function refusedCommand(error: unknown, rolloutId: string): OperationRefusedError | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined
  return new OperationRefusedError(
    error.cause?.message ?? error.message,
    `See what it does now, and what it takes: switchyard rollout status ${rolloutId}`,
    { cause: error },
  )
}
