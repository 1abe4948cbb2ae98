import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { CallResult } from '../domain/call-result.ts'
import { callDurably } from './saga/durable-call.ts'
import { FAILURE_TYPES, type ModelCallInput } from './contract.ts'
import { openBooks } from './saga/books.ts'
import { readModelCallInput } from './inputs/model-call-input.ts'

/**
 * One durable request: accepted means that it ends in one answer or one error. From the Temporal UI:
 * `{"prompt": "What is the capital of France?"}`.
 * @throws ApplicationFailure `CallRefused` with a `CallRefusal` that lists every attempt
 */
export async function modelCall(input: ModelCallInput): Promise<CallResult> {
  const { request, tenant, user, feature, deadlineMs } = readModelCallInput(input)
  const call = () =>
    callDurably(
      {
        operationId: workflowInfo().workflowId,
        kind: 'call',
        tenant,
        ...(user === undefined ? {} : { user }),
        ...(feature === undefined ? {} : { feature }),
        request,
      },
      openBooks(),
      {
        attemptStarted: ({ candidate }) =>
          setCurrentDetails(`Calling **${candidate.model}** ${candidate.version}`),
      },
    )
  const end = await (deadlineMs === undefined ? call() : CancellationScope.withTimeout(deadlineMs, call))
  if (end.status === 'answered') return end.result
  const { refusal } = end
  if (refusal.kind === 'cancelled' && CancellationScope.current().consideredCancelled) {
    throw new CancelledFailure(refusal.reason, [refusal])
  }
  const reason =
    refusal.kind === 'cancelled' ? `no answer within the deadline of ${deadlineMs} ms` : refusal.reason
  throw ApplicationFailure.create({
    message: reason,
    type: FAILURE_TYPES.callRefused,
    nonRetryable: true,
    details: [{ ...refusal, reason }],
  })
}
