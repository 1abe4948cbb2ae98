import { answeredEnd, answeredSettlement, failedSettlement, refusedEnd, reportFailed } from './call-end.ts'
import type { AdmitCall, AdmitOutcome } from '../../activities/admission.ts'
import type { AttemptReport, CallEnd, CallRefusal } from '../../domain/call-result.ts'
import { type CallDesks, passBudgets } from './pass-budgets.ts'
import { sleep, workflowInfo } from '@temporalio/workflow'
import type { Books } from './books.ts'
import type { CallFailureDetails } from '../../domain/attempts/call-failure.ts'
import { nextStep } from '../../domain/attempts/next-step.ts'
import type { OpenAttempt } from './call-end.ts'
import type { OverBudget } from '../../domain/budget/over-budget.ts'
import { readCallEnd } from './read-call-end.ts'
import { tryAttempt } from './try-attempt.ts'
import { wasCancelledDuring } from './was-cancelled-during.ts'

/** One request that must end in one answer or one refusal. */
export type DurableCall = Omit<AdmitCall, 'runId' | 'number' | 'candidate' | 'approvedBy'>

/** What happens while a call runs, for those who show progress. */
export interface CallObserver {
  readonly attemptStarted?: (attempt: OpenAttempt) => void
  /** It waits until its budgets have room; told at every look. */
  readonly budgetAwaited?: (over: OverBudget) => void
}

/** Where a call stands between two attempts. */
interface Position {
  readonly number: number
  readonly candidateIndex: number
  readonly attemptsHere: number
}

/** An attempt that was asked for, and what became of that. */
interface Admission {
  readonly asked: AdmitCall
  readonly outcome: AdmitOutcome
  readonly position: Position
  /** The attempt that it follows. */
  readonly after?: FailedAttempt
}

interface FailedAttempt {
  readonly attempt: OpenAttempt
  readonly failed: CallFailureDetails
}

/**
 * The saga of one model call: admit, call, settle; a fallback is admitted in the transaction that settles the attempt
 * before it. Ends in a value, whatever happens: when the surrounding scope is cancelled, the open attempt is stopped
 * and settled first.
 */
export async function callDurably(
  call: DurableCall,
  desks: CallDesks,
  observer: CallObserver = {},
): Promise<CallEnd> {
  const { books } = desks
  const reports: AttemptReport[] = []
  const asked: AdmitCall = { ...call, runId: workflowInfo().runId, number: 1 }
  const position: Position = { number: 1, candidateIndex: 0, attemptsHere: 1 }
  let admission: Admission = { asked, outcome: await books.admit(asked), position }
  for (;;) {
    if (admission.outcome.status === 'over-budget') {
      const passed = await passBudgets(admission.asked, admission.outcome, desks, observer)
      if ('refusal' in passed) return endRefused(admission, passed.refusal, reports, desks)
      admission = { ...admission, ...passed }
    }
    const { outcome } = admission
    if (outcome.status !== 'opened') return endUnopened(admission, reports, desks)
    observer.attemptStarted?.(outcome)
    const tried = await tryAttempt(call, outcome)
    if ('output' in tried) {
      const end = answeredEnd(call.operationId, outcome, tried.output, reports)
      await books.settle(answeredSettlement(outcome, tried.output, end))
      return end
    }
    reports.push(reportFailed(outcome, tried.failed))
    const after = { attempt: outcome, failed: tried.failed }
    const followed = await followUp(admission, after, reports, desks)
    if ('end' in followed) return followed.end
    admission = followed
  }
}

/** Settles a failed attempt and asks for the one after it, or ends the operation. */
async function followUp(
  admission: Admission,
  after: FailedAttempt,
  reports: readonly AttemptReport[],
  { books }: CallDesks,
): Promise<Admission | { readonly end: CallEnd }> {
  const { asked, position } = admission
  const { attempt, failed } = after
  const endWith = async (kind: CallRefusal['kind'], reason: string) => {
    const end = refusedEnd(asked.operationId, kind, reason, reports)
    await books.settle(failedSettlement(attempt, failed, end))
    return { end }
  }
  const candidateCount = attempt.candidates.length
  const step = nextStep({ ...position, failure: failed.failure, candidateCount }, Math.random())
  if (step.action === 'give-up') {
    return failed.failure.kind === 'cancelled'
      ? endWith('cancelled', 'the call was cancelled')
      : endWith('all-failed', describeAttempts(reports))
  }
  if (step.action === 'next-candidate') return fallBack(admission, after, books)
  await books.settle(failedSettlement(attempt, failed))
  if (await wasCancelledDuring(() => sleep(step.waitMs))) {
    return endWith('cancelled', 'the call was cancelled while it waited to retry')
  }
  const number = position.number + 1
  const again = { ...asked, number, candidate: attempt.candidate }
  const attemptsHere = position.attemptsHere + 1
  return {
    asked: again,
    outcome: await books.admit(again),
    position: { ...position, number, attemptsHere },
    after,
  }
}

/** Goes on to the next candidate: its attempt is opened in the transaction that settles the one before it. */
async function fallBack(
  { asked, position }: Admission,
  after: FailedAttempt,
  books: Books,
): Promise<Admission> {
  const { attempt, failed } = after
  const number = position.number + 1
  const candidateIndex = position.candidateIndex + 1
  const next = { ...asked, number, ...candidateAt(attempt, candidateIndex) }
  const settled = await books.settle({ ...failedSettlement(attempt, failed), next })
  if (settled.next === undefined) {
    throw new Error(`attempt ${number} of ${asked.operationId} was not admitted`)
  }
  return { asked: next, outcome: settled.next, position: { number, candidateIndex, attemptsHere: 1 }, after }
}

/** Ends an operation whose next attempt the budgets refused. */
async function endRefused(
  { asked, after }: Admission,
  { kind, reason }: { readonly kind: 'over-budget' | 'cancelled'; readonly reason: string },
  reports: readonly AttemptReport[],
  { books }: CallDesks,
): Promise<CallEnd> {
  const whole = after === undefined ? reason : `${describeAttempts(reports)}; then ${reason}`
  const end = refusedEnd(asked.operationId, kind, whole, reports)
  if (after !== undefined) await books.settle(failedSettlement(after.attempt, after.failed, end))
  return end
}

/** Ends an operation whose next attempt was not opened; what no attempt follows is settled as its last one. */
async function endUnopened(
  { asked: { operationId }, outcome, after }: Admission,
  reports: readonly AttemptReport[],
  { books }: CallDesks,
): Promise<CallEnd> {
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
    case 'rejected': {
      if (after === undefined) return refusedEnd(operationId, 'rejected', outcome.reason, reports)
      const reason = `${describeAttempts(reports)}; then ${outcome.reason}`
      const end = refusedEnd(operationId, 'all-failed', reason, reports)
      await books.settle(failedSettlement(after.attempt, after.failed, end))
      return end
    }
    default:
      throw new Error(`${operationId} cannot end with an admission that is ${outcome.status}`)
  }
}

function candidateAt(attempt: OpenAttempt, index: number): Pick<AdmitCall, 'candidate'> {
  const candidate = attempt.candidates[index]
  if (candidate === undefined) throw new Error(`no candidate ${index} for ${attempt.attemptId}`)
  return { candidate }
}

function describeAttempts(reports: readonly AttemptReport[]): string {
  const lines = reports.map(
    ({ model, version, failure }) =>
      `${model} ${version}: ${failure?.kind ?? 'failed'} (${failure?.message ?? ''})`,
  )
  return `all ${reports.length} attempts failed: ${lines.join('; ')}`
}
