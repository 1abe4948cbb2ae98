import type { AttemptReport, CallRefusal } from '../domain/call-result.ts'
import type { TaskProgress } from '../domain/plan/task-progress.ts'
import type { TaskOutcome } from './task-outcome.ts'

/** What every error of this library has: a message for people, and what they can do about it. */
export abstract class SwitchyardError extends Error {
  /** One or two sentences. */
  readonly whatToDo: string

  constructor(message: string, whatToDo: string, options?: ErrorOptions) {
    super(message, options)
    this.whatToDo = whatToDo
  }
}

/** The request itself is wrong; nothing was sent, or the workflow refused it at once. */
export class InvalidRequestError extends SwitchyardError {
  override readonly name = 'InvalidRequestError'
  /** One line for each wrong place: `messages[0].content: must not be empty`. */
  readonly problems: readonly string[]

  constructor(subject: string, problems: readonly string[], options?: ErrorOptions) {
    super(
      `${subject} is not valid: ${problems.join('; ')}`,
      'Correct the named places and send it again.',
      options,
    )
    this.problems = problems
  }
}

/** The id was used before with another body. */
export class IdempotencyConflictError extends SwitchyardError {
  override readonly name = 'IdempotencyConflictError'
  readonly workflowId: string

  constructor(workflowId: string, difference: string) {
    super(
      `${workflowId} exists already, ${difference}`,
      'Use a new id for a new request; to get the answer of the first one, send the same body under its id.',
    )
    this.workflowId = workflowId
  }
}

/** A call that ended without an answer. */
export class CallRefusedError extends SwitchyardError {
  override readonly name = 'CallRefusedError'
  readonly refusal: CallRefusal

  constructor(refusal: CallRefusal, options?: ErrorOptions) {
    super(`the call has no answer: ${refusal.reason}`, adviceFor(refusal), options)
    this.refusal = refusal
  }

  /** Every upstream call that was made for it. */
  get attempts(): readonly AttemptReport[] {
    return this.refusal.attempts
  }
}

/** A task that ended without an answer: failed, cancelled, or its plan was rejected. */
export class TaskFailedError extends SwitchyardError {
  override readonly name = 'TaskFailedError'
  readonly taskId: string
  /** How far it came; absent when nobody could be asked any more. */
  readonly progress?: TaskProgress
  /** The same with the outputs of the subtasks that did complete, when the task ended by itself. */
  readonly outcome?: TaskOutcome

  constructor(
    taskId: string,
    reason: string,
    state: { readonly progress?: TaskProgress; readonly outcome?: TaskOutcome } = {},
    options?: ErrorOptions,
  ) {
    super(
      `task ${taskId} ${reason}`,
      'See each step with `switchyard task status`; start it again under a new id once the cause is gone.',
      options,
    )
    this.taskId = taskId
    const progress = state.progress ?? state.outcome
    if (progress !== undefined) this.progress = progress
    if (state.outcome !== undefined) this.outcome = state.outcome
  }
}

/** What was asked for is not there, is over, or does not allow it now. */
export class OperationRefusedError extends SwitchyardError {
  override readonly name = 'OperationRefusedError'
}

/** The Temporal server cannot be reached. */
export class NotConnectedError extends SwitchyardError {
  override readonly name = 'NotConnectedError'
  readonly address: string

  constructor(address: string, reason: string, options?: ErrorOptions) {
    super(
      `no Temporal server answers at ${address}: ${reason}`,
      'Start one with `npm run dev`, or set TEMPORAL_ADDRESS to the one that runs. What was accepted before goes on.',
      options,
    )
    this.address = address
  }
}

/** Temporal is there, but no Switchyard worker took the work in time. */
export class NoWorkerError extends SwitchyardError {
  override readonly name = 'NoWorkerError'

  constructor(what: string, options?: ErrorOptions) {
    super(
      `no orchestrator worker answered for ${what}`,
      'Start the workers (`npm run dev`, or the orchestrator of your deployment) and ask again.',
      options,
    )
  }
}

function adviceFor(refusal: CallRefusal): string {
  switch (refusal.kind) {
    case 'conflict':
      return 'Use a new request id for a new request.'
    case 'rejected':
      return 'Change the request as the reason says; `switchyard models` shows what can be called.'
    case 'over-budget':
      return (
        'See what is left with `switchyard budgets list`; raise the budget, ask for fewer output tokens or a cheaper ' +
        'model, or send it again after the reset under a new request id.'
      )
    case 'cancelled':
      return 'Send it again under a new request id if it is still wanted, with a longer deadline where one ran out.'
    case 'no-consensus':
      return 'Compare the answers of the legs; ask more of them, let fewer agree, or ask for a shorter, stricter form.'
    case 'all-failed':
      return 'See the failure of each attempt; once the cause is gone, send it again under a new request id.'
  }
}
