import { type ApprovalInput, decideApprovalUpdate } from '../workflows/contract.ts'
import type { Approval } from '../domain/plan/approval.ts'
import { cancelWhileRunning } from './cancel-while-running.ts'
import type { CallRefusal, CallResult } from '../domain/call-result.ts'
import { readWorkflowEnd, refusedInput, toClientError, type WorkflowEnd } from './read-failure.ts'
import { CallRefusedError } from './errors.ts'
import { contentReader } from './content-reader.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { Client, WorkflowHandle } from '@temporalio/client'
import type { OperationTracing } from './operation-tracing.ts'

/** The answer of a call, with its text at hand. */
export interface CallOutcome extends CallResult {
  readonly requestId: string
  readonly workflowId: string
  /** The answer's text; empty when the model only asked for tools or refused (`answer.refusal`). */
  readonly text: string
}

/** A call that was accepted: it ends in one answer or one error, whatever happens to this process. */
export interface CallHandle {
  readonly requestId: string
  readonly workflowId: string
  /** False when the same request had been sent under this id before. */
  readonly isNew: boolean
  /**
   * Waits for the end.
   * @throws CallRefusedError when there is no answer, OperationRefusedError when it is not kept any more,
   * NotConnectedError
   */
  result(): Promise<CallOutcome>
  /** Says whether it may go over its budget, when it asks. @throws OperationRefusedError when it does not ask */
  decide(decision: ApprovalInput): Promise<Approval>
  /** Asks it to stop; what was used until then is booked. */
  cancel(): Promise<void>
}

export interface CallHandleParts {
  readonly requestId: string
  readonly isNew: boolean
  readonly client: Client
  readonly handle: WorkflowHandle
  readonly contents: ContentStore
  readonly address: string
  readonly tracing: OperationTracing
}

/** Time for a worker to answer an update. */
const ANSWER_TIMEOUT_MS = 15_000

/** A handle over a started call. */
export function createCallHandle({
  requestId,
  isNew,
  client,
  handle,
  contents,
  address,
  tracing,
}: CallHandleParts): CallHandle {
  const { workflowId } = handle
  const text = contentReader(contents, `the answer of call ${requestId}`)
  return {
    requestId,
    workflowId,
    isNew,
    result: async () => {
      const result = await tracing.around('await', workflowId, () => awaitResult(handle, address))
      return { ...result, requestId, workflowId, text: await text(result.answer.content) }
    },
    decide: async (decision) => {
      try {
        return await client.withDeadline(Date.now() + ANSWER_TIMEOUT_MS, () =>
          handle.executeUpdate(decideApprovalUpdate, { args: [decision] }),
        )
      } catch (error) {
        throw toClientError(error, address, `call ${workflowId}`)
      }
    },
    cancel: async () => {
      try {
        await cancelWhileRunning(handle, `call ${requestId}`)
      } catch (error) {
        throw toClientError(error, address, `call ${workflowId}`)
      }
    },
  }
}

async function awaitResult(handle: WorkflowHandle, address: string): Promise<CallResult> {
  try {
    const result: CallResult = await handle.result()
    return result
  } catch (error) {
    const end = readWorkflowEnd(error)
    if (end === undefined) throw toClientError(error, address, `call ${handle.workflowId}`)
    throw (
      refusedInput('the call', end) ??
      new CallRefusedError(toRefusal(end, handle.workflowId), { cause: error })
    )
  }
}

function toRefusal(end: WorkflowEnd, operationId: string): CallRefusal {
  if (end.kind === 'failed' && isRefusal(end.details)) return end.details
  const reason =
    end.kind === 'cancelled'
      ? 'the call was cancelled; its attempts stand in the ledger'
      : `${end.message}; its attempts stand in the ledger`
  return { operationId, kind: 'cancelled', reason, attempts: [], costNanoUsd: 0 }
}

function isRefusal(details: unknown): details is CallRefusal {
  return typeof details === 'object' && details !== null && 'attempts' in details && 'reason' in details
}
