import { CancellationScope, setCurrentDetails, workflowInfo } from '@temporalio/workflow'
import type { MirrorCallInput, MirrorCallResult } from './traffic-contract.ts'
import { ApprovalDesk } from './saga/approval-desk.ts'
import { callDurably } from './saga/durable-call.ts'
import type { DurableCall } from './saga/call-saga.ts'
import { openBooks } from './saga/books.ts'
import { parseInput } from './inputs/parse-input.ts'
import { mirrorCallInput } from './inputs/mirror-call-input.ts'

/** A copy that has not been answered by then says little about the version any more. */
const DEADLINE = '15m'

/** Requests that somebody waits for go before. */
const LAST = 5

/**
 * Makes the copy of a request for the version that is watched: an operation and a bill of its own. Started by the call
 * that it is a copy of, which neither waits for it nor hears of it.
 */
export async function mirrorCall(input: MirrorCallInput): Promise<MirrorCallResult> {
  const { request, ...caller } = parseInput(mirrorCallInput, input, 'mirrorCall', EXAMPLE)
  const { model = '', version = '' } = request
  setCurrentDetails(`A copy for **${model}** ${version}. Nobody gets its answer.`)
  const call: DurableCall = {
    operationId: workflowInfo().workflowId,
    kind: 'mirror',
    ...caller,
    priority: LAST,
    request,
  }
  const desks = { books: openBooks(), desk: new ApprovalDesk([], () => undefined) }
  const end = await CancellationScope.withTimeout(DEADLINE, () => callDurably(call, desks))
  if (end.status === 'answered') return { status: 'answered', costNanoUsd: end.result.costNanoUsd }
  const { reason, costNanoUsd } = end.refusal
  return { status: 'refused', costNanoUsd, reason }
}

const EXAMPLE =
  '{"tenant": "acme", "request": {"model": "chat-small", "version": "2026-11-20", ' +
  '"messages": [{"role": "user", "content": "Hello"}]}}'
