import { setTimeout as sleep } from 'node:timers/promises'
import { CallRefusedError, IdempotencyConflictError, InvalidRequestError } from '../../../client/errors.ts'

const PAUSE_MS = 400

/**
 * Does something at a server that may be down, until it is done. Only an answer that the server gave is thrown on.
 * @throws the last error when the signal is aborted
 */
export async function untilAnswered<Result>(
  signal: AbortSignal,
  ask: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- each try follows the one before
      return await ask()
    } catch (error) {
      if (signal.aborted || isAnswer(error)) throw error
      // oxlint-disable-next-line no-await-in-loop
      await sleep(PAUSE_MS)
    }
  }
}

function isAnswer(error: unknown): boolean {
  return (
    error instanceof CallRefusedError ||
    error instanceof IdempotencyConflictError ||
    error instanceof InvalidRequestError
  )
}
