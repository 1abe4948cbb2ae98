import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { CallEnd, CallResult } from '../domain/call-result.ts'
import { FAILURE_TYPES, type ModelCallInput } from './contract.ts'
import { type ReadModelCallInput, readModelCallInput } from './inputs/model-call-input.ts'
import { answerApprovals } from './saga/answer-approvals.ts'
import type { Approval } from '../domain/plan/approval.ts'
import { ApprovalDesk } from './saga/approval-desk.ts'
import { callDurably } from './saga/durable-call.ts'
import { callInParallel } from './legs/call-in-parallel.ts'
import type { DurableCall } from './saga/call-saga.ts'
import { LegBoard } from './legs/leg-board.ts'
import { legRule } from '../domain/legs/strategy.ts'
import { layVariant } from './saga/lay-variant.ts'
import { describeHindrance } from './saga/hindrance.ts'
import { openBooks } from './saga/books.ts'
import { startMirror } from './saga/start-mirror.ts'

/**
 * One durable request: accepted means that it ends in one answer or one error. From the Temporal UI:
 * `{"prompt": "What is the capital of France?"}`. Where a budget wants a person to decide, the update
 * `decideApproval` answers. With `"strategy": {"kind": "race"}` several models are asked at once.
 * @throws ApplicationFailure `CallRefused` with a `CallRefusal` that lists every attempt
 */
export async function modelCall(input: ModelCallInput): Promise<CallResult> {
  const read = readModelCallInput(input)
  const { deadlineMs, strategy } = read
  const board = strategy === undefined ? undefined : new LegBoard(legRule(strategy))
  const desk = new ApprovalDesk([], (_all, changed) => showApproval(changed, board))
  answerApprovals(desk)
  const call = () => makeCall(read, desk, board)
  const end = await (deadlineMs === undefined ? call() : CancellationScope.withTimeout(deadlineMs, call))
  if (!allHandlersFinished()) await CancellationScope.nonCancellable(() => condition(allHandlersFinished))
  if (end.status === 'answered') return end.result
  const { refusal } = end
  if (refusal.kind === 'cancelled' && CancellationScope.current().consideredCancelled) {
    throw new CancelledFailure(refusal.reason, [refusal])
  }
  const reason =
    refusal.kind === 'cancelled'
      ? `no answer within the deadline of ${deadlineMs} ms: ${refusal.reason}`
      : refusal.reason
  throw ApplicationFailure.create({
    message: reason,
    type: FAILURE_TYPES.callRefused,
    nonRetryable: true,
    details: [{ ...refusal, reason }],
  })
}

async function makeCall(
  input: ReadModelCallInput,
  desk: ApprovalDesk,
  board: LegBoard | undefined,
): Promise<CallEnd> {
  const { request, tenant, user, feature, priority, strategy } = input
  const asked: DurableCall = {
    operationId: workflowInfo().workflowId,
    kind: 'call',
    tenant,
    ...(user === undefined ? {} : { user }),
    ...(feature === undefined ? {} : { feature }),
    priority,
    request,
  }
  const laid = await layVariant(asked, strategy !== undefined)
  if ('end' in laid) return laid.end
  const { call } = laid
  const desks = { books: openBooks(), desk }
  if (strategy !== undefined && board !== undefined) return callInParallel(call, strategy, desks, board)
  let isFirst = true
  return callDurably(call, desks, {
    attemptStarted: ({ candidate }) => {
      setCurrentDetails(`Calling **${candidate.model}** ${candidate.version}`)
      if (isFirst) startMirror(call, candidate)
      isFirst = false
    },
    waits: (hindrance) => setCurrentDetails(`The call ${describeHindrance(hindrance)}.`),
  })
}

function showApproval(approval: Approval, board: LegBoard | undefined): void {
  if (board === undefined) setCurrentDetails(approvalText(approval))
  else board.note(approval.id, `${approval.id}: ${approvalText(approval, approval.id)}`)
}

/** @param approvalId to be named in the answer, where several may be pending */
function approvalText(approval: Approval, approvalId?: string): string {
  if (approval.phase === 'decided') {
    return `${approval.decision === 'approve' ? 'Approved' : 'Rejected'} by ${approval.by}.`
  }
  const which = approvalId === undefined ? '' : `"approvalId": "${approvalId}", `
  return (
    `**Waiting for a person.** ${approval.question} Answer with the update \`decideApproval\`: ` +
    `\`{${which}"decision": "approve", "by": "your name"}\`.`
  )
}
