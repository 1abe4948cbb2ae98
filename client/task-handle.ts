import { cancelWhileRunning } from './cancel-while-running.ts'
import type { ApprovalInput } from '../workflows/contract.ts'
import { decideApprovalUpdate, FAILURE_TYPES, progressQuery } from '../workflows/contract.ts'
import type { TaskEvent, TaskProgress, TaskResult } from '../domain/plan/task-progress.ts'
import type { Client, WorkflowHandle } from '@temporalio/client'
import { readTaskEvents, temporalEventSource } from './task-events.ts'
import { readWorkflowEnd, refusedInput, toClientError, type WorkflowEnd } from './read-failure.ts'
import { resolveTaskResult, type TaskOutcome } from './task-outcome.ts'
import type { Approval } from '../domain/plan/approval.ts'
import type { Content } from '../domain/content-ref.ts'
import { contentReader } from './content-reader.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import { isTaskOver } from './event-memory.ts'
import type { OperationTracing } from './operation-tracing.ts'
import { TaskFailedError } from './errors.ts'

/** A decision about one pending approval. `approvalId` may be left out while exactly one is pending. */
export type Decision = Omit<ApprovalInput, 'decision'>

/** A task that was accepted: it goes on whatever happens to this process. */
export interface TaskHandle {
  readonly taskId: string
  readonly workflowId: string
  /** False when the same task had been started under this id before. */
  readonly isNew: boolean
  /**
   * Waits for the end.
   * @throws TaskFailedError when there is no answer, OperationRefusedError when it is not kept any more,
   * NotConnectedError
   */
  result(): Promise<TaskOutcome>
  /** The task as it stands. @throws NoWorkerError, OperationRefusedError */
  progress(): Promise<TaskProgress>
  /** Every transition until the task is over, from the beginning as far as it is remembered. */
  events(): AsyncIterable<TaskEvent>
  /** Says yes or no to a pending approval. @throws OperationRefusedError */
  decide(decision: ApprovalInput): Promise<Approval>
  approve(decision?: Decision): Promise<Approval>
  reject(decision?: Decision): Promise<Approval>
  /** Asks it to stop; what was used until then is booked. @throws OperationRefusedError when it is over */
  cancel(): Promise<void>
}

export interface TaskHandleParts {
  readonly taskId: string
  readonly isNew: boolean
  readonly client: Client
  readonly handle: WorkflowHandle
  readonly contents: ContentStore
  readonly address: string
  readonly tracing: OperationTracing
}

/** Time for a worker to answer a query or an update. */
const ANSWER_TIMEOUT_MS = 15_000

/** A handle over a started task. */
export function createTaskHandle(parts: TaskHandleParts): TaskHandle {
  const { taskId, isNew, client, handle, address } = parts
  const { workflowId } = handle
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      return await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, question)
    } catch (error) {
      throw toClientError(error, address, `task ${workflowId}`)
    }
  }
  const progress = async (): Promise<TaskProgress> => {
    const reached = await ask(() => handle.query(progressQuery))
    return { ...reached, taskId }
  }
  const decide = (decision: ApprovalInput): Promise<Approval> =>
    ask(() => handle.executeUpdate(decideApprovalUpdate, { args: [decision] }))
  return {
    taskId,
    workflowId,
    isNew,
    progress,
    decide,
    result: () => parts.tracing.around('await', workflowId, () => awaitOutcome(parts, progress)),
    events: () => readTaskEvents({ ...temporalEventSource(client, workflowId), progress }),
    approve: (decision = {}) => decide({ ...decision, decision: 'approve' }),
    reject: (decision = {}) => decide({ ...decision, decision: 'reject' }),
    cancel: () =>
      ask(async () => {
        await cancelWhileRunning(handle, `task ${taskId}`)
      }),
  }
}

async function awaitOutcome(
  parts: TaskHandleParts,
  progress: () => Promise<TaskProgress>,
): Promise<TaskOutcome> {
  const { taskId, handle, address } = parts
  let result: TaskResult
  try {
    result = await handle.result()
  } catch (error) {
    const end = readWorkflowEnd(error)
    if (end === undefined) throw toClientError(error, address, `task ${handle.workflowId}`)
    throw refusedInput('the task', end) ?? (await taskFailure(parts, end, progress, error))
  }
  const outcome = await resolveTaskResult({ taskId, workflowId: handle.workflowId }, result, reader(parts))
  if (isTaskOver(outcome.phase) && outcome.phase !== 'completed' && outcome.phase !== 'partial') {
    throw new TaskFailedError(taskId, `ended as ${outcome.phase}`, { outcome })
  }
  return outcome
}

async function taskFailure(
  parts: TaskHandleParts,
  end: WorkflowEnd,
  progress: () => Promise<TaskProgress>,
  cause: unknown,
): Promise<TaskFailedError> {
  const { taskId, handle } = parts
  if (end.kind === 'failed' && end.type === FAILURE_TYPES.taskFailed && isTaskResult(end.details)) {
    const ids = { taskId, workflowId: handle.workflowId }
    const outcome = await resolveTaskResult(ids, end.details, reader(parts))
    return new TaskFailedError(taskId, `failed: ${end.message}`, { outcome }, { cause })
  }
  const reason = end.kind === 'cancelled' ? 'was cancelled' : end.message
  // How far it came is worth asking for, but not worth another error.
  const state = await progress().then(
    (reached) => ({ progress: reached }),
    () => ({}),
  )
  return new TaskFailedError(taskId, reason, state, { cause })
}

function reader({ taskId, contents }: TaskHandleParts): (content: Content) => Promise<string> {
  return contentReader(contents, `the result of task ${taskId}`)
}

function isTaskResult(details: unknown): details is TaskResult {
  return typeof details === 'object' && details !== null && 'outputs' in details && 'subtasks' in details
}
