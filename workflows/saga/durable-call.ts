import { CancellationScope, isCancellation, sleep, workflowInfo } from '@temporalio/workflow'
import type { AdmitCall, AdmitOutcome } from '../../activities/admission.ts'
import type { AttemptReport, CallEnd } from '../../domain/call-result.ts'
import { answeredEnd, answeredSettlement, failedSettlement, refusedEnd, reportFailed } from './call-end.ts'
import type { Books } from './books.ts'
import type { CallFailureDetails } from '../../domain/attempts/call-failure.ts'
import type { CallModelOutput } from '../../activities/model-call.ts'
import { callModel } from '../activity-proxies.ts'
import { nextStep } from '../../domain/attempts/next-step.ts'
import type { OpenAttempt } from './call-end.ts'
import { readCallEnd } from './read-call-end.ts'
import { readCallFailure } from './read-failure.ts'
import { simpleUsage } from '../../domain/usage.ts'

/** One request that must end in one answer or one refusal. */
export type DurableCall = Omit<AdmitCall, 'runId' | 'number' | 'candidate'>

/** What happens while a call runs, for those who show progress. */
export interface CallObserver {
  readonly attemptStarted?: (attempt: OpenAttempt) => void
}

/** Where a call stands between two attempts. */
interface Position {
  readonly number: number
  readonly candidateIndex: number
  readonly attemptsHere: number
}

type Tried = { readonly output: CallModelOutput } | { readonly failed: CallFailureDetails }

/**
 * The saga of one model call: admit, call, settle; a fallback is admitted in the transaction that settles the attempt
 * before it. Ends in a value, whatever happens: when the surrounding scope is cancelled, the open attempt is stopped
 * and settled first.
 */
export async function callDurably(
  call: DurableCall,
  books: Books,
  observer: CallObserver = {},
): Promise<CallEnd> {
  const { runId } = workflowInfo()
  const reports: AttemptReport[] = []
  let position: Position = { number: 1, candidateIndex: 0, attemptsHere: 1 }
  let admitted = await books.admit({ ...call, runId, number: 1 })
  for (;;) {
    if (admitted.status !== 'opened') return endWithoutAttempt(call.operationId, admitted, reports)
    const attempt: OpenAttempt = admitted
    observer.attemptStarted?.(attempt)
    const tried = await tryAttempt(call, attempt)
    if ('output' in tried) {
      const end = answeredEnd(call.operationId, attempt, tried.output, reports)
      await books.settle(answeredSettlement(attempt, tried.output, end))
      return end
    }
    reports.push(reportFailed(attempt, tried.failed))
    const followed = await followUp(call, attempt, tried.failed, position, reports, books)
    if ('end' in followed) return followed.end
    ;({ admitted, position } = followed)
  }
}

type FollowUp = { readonly end: CallEnd } | { readonly admitted: AdmitOutcome; readonly position: Position }

/** Settles a failed attempt and opens the one after it, or ends the operation. */
async function followUp(
  call: DurableCall,
  attempt: OpenAttempt,
  failed: CallFailureDetails,
  position: Position,
  reports: readonly AttemptReport[],
  books: Books,
): Promise<FollowUp> {
  const { operationId } = call
  const candidateCount = attempt.candidates.length
  const step = nextStep({ ...position, failure: failed.failure, candidateCount }, Math.random())
  if (step.action === 'give-up') {
    const isCancelled = failed.failure.kind === 'cancelled'
    const end = isCancelled
      ? refusedEnd(operationId, 'cancelled', 'the call was cancelled', reports)
      : refusedEnd(operationId, 'all-failed', describeAttempts(reports), reports)
    await books.settle(failedSettlement(attempt, failed, end))
    return { end }
  }
  const number = position.number + 1
  if (step.action === 'next-candidate') {
    const candidateIndex = position.candidateIndex + 1
    const next = { ...call, runId: workflowInfo().runId, number, ...candidateAt(attempt, candidateIndex) }
    const settled = await books.settle({ ...failedSettlement(attempt, failed), next })
    if (settled.next === undefined) throw new Error(`attempt ${number} of ${operationId} was not admitted`)
    if (settled.next.status !== 'rejected') {
      return { admitted: settled.next, position: { number, candidateIndex, attemptsHere: 1 } }
    }
    const end = refusedEnd(
      operationId,
      'all-failed',
      `${describeAttempts(reports)}; then ${settled.next.reason}`,
      reports,
    )
    await books.settle(failedSettlement(attempt, failed, end))
    return { end }
  }
  await books.settle(failedSettlement(attempt, failed))
  if (await wasCancelledDuring(step.waitMs)) {
    const end = refusedEnd(
      operationId,
      'cancelled',
      'the call was cancelled while it waited to retry',
      reports,
    )
    await books.settle(failedSettlement(attempt, failed, end))
    return { end }
  }
  const again = { ...call, runId: workflowInfo().runId, number, candidate: attempt.candidate }
  return {
    admitted: await books.admit(again),
    position: { ...position, number, attemptsHere: position.attemptsHere + 1 },
  }
}

/** One upstream call. An attempt whose caller is gone before it starts is not sent at all. */
async function tryAttempt(call: DurableCall, attempt: OpenAttempt): Promise<Tried> {
  if (CancellationScope.current().consideredCancelled) {
    const failure = { kind: 'cancelled', message: 'cancelled before it was sent' } as const
    return { failed: { failure, usage: simpleUsage(0, 0) } }
  }
  const { candidate, attemptId } = attempt
  const { endpoint, providerModel, maxOutputTokens, temperature, callTimeoutMs } = candidate
  const { request } = call
  try {
    const output = await callModel(
      {
        attemptId,
        endpoint,
        providerModel,
        request,
        maxOutputTokens,
        ...(temperature === undefined ? {} : { temperature }),
        timeoutMs: callTimeoutMs,
      },
      candidate,
      `${call.kind} on ${candidate.model} ${candidate.version}`,
    )
    return { output }
  } catch (error) {
    return { failed: readCallFailure(error) }
  }
}

function endWithoutAttempt(
  operationId: string,
  outcome: Exclude<AdmitOutcome, { status: 'opened' }>,
  reports: readonly AttemptReport[],
): CallEnd {
  switch (outcome.status) {
    case 'ended':
      return readCallEnd(outcome.result)
    case 'conflict':
      return refusedEnd(
        operationId,
        'conflict',
        'this id was used before with another request; use a new id for a new request',
        reports,
      )
    case 'rejected':
      return refusedEnd(operationId, 'rejected', outcome.reason, reports)
  }
}

function candidateAt(attempt: OpenAttempt, index: number): Pick<AdmitCall, 'candidate'> {
  const candidate = attempt.candidates[index]
  if (candidate === undefined) throw new Error(`no candidate ${index} for ${attempt.attemptId}`)
  return { candidate }
}

async function wasCancelledDuring(waitMs: number): Promise<boolean> {
  try {
    await sleep(waitMs)
    return false
  } catch (error) {
    if (isCancellation(error)) return true
    throw error
  }
}

function describeAttempts(reports: readonly AttemptReport[]): string {
  const lines = reports.map(
    ({ model, version, failure }) =>
      `${model} ${version}: ${failure?.kind ?? 'failed'} (${failure?.message ?? ''})`,
  )
  return `all ${reports.length} attempts failed: ${lines.join('; ')}`
}
