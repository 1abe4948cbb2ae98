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
import { describeOverBudget } from '../domain/budget/over-budget.ts'
import { openBooks } from './saga/books.ts'

/**
 * One durable request: accepted means that it ends in one answer or one error. From the Temporal UI:
 * `{"prompt": "What is the capital of France?"}`. Where a budget wants a person to decide, the update
 * `decideApproval` answers.
 * @throws ApplicationFailure `CallRefused` with a `CallRefusal` that lists every attempt
 */
export async function modelCall(input: ModelCallInput): Promise<CallResult> {
  const read = readModelCallInput(input)
  const { deadlineMs } = read
  const desk = new ApprovalDesk([], (_all, changed) => showApproval(changed))
  answerApprovals(desk)
  const call = () => makeCall(read, desk)
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

function makeCall(input: ReadModelCallInput, desk: ApprovalDesk): Promise<CallEnd> {
  const { request, tenant, user, feature } = input
  return callDurably(
    {
      operationId: workflowInfo().workflowId,
      kind: 'call',
      tenant,
      ...(user === undefined ? {} : { user }),
      ...(feature === undefined ? {} : { feature }),
      request,
    },
    { books: openBooks(), desk },
    {
      attemptStarted: ({ candidate }) =>
        setCurrentDetails(`Calling **${candidate.model}** ${candidate.version}`),
      budgetAwaited: (over) => setCurrentDetails(`Waiting for budget: it ${describeOverBudget(over)}.`),
    },
  )
}

function showApproval(approval: Approval): void {
  setCurrentDetails(
    approval.phase === 'pending'
      ? `**Waiting for a person.** ${approval.question} Answer with the update \`decideApproval\`: ` +
          '`{"decision": "approve", "by": "your name"}`.'
      : `${approval.decision === 'approve' ? 'Approved' : 'Rejected'} by ${approval.by}.`,
  )
}
