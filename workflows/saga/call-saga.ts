import { answeredEnd, answeredSettlement, failedSettlement, refusedEnd, reportFailed } from './call-end.ts'
import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import type { AttemptReport, CallEnd, CallRefusal } from '../../domain/call-result.ts'
import { type HealthPatience, passGates } from './pass-gates.ts'
import type { CallDesks, GateRefusal, Hindrance } from './hindrance.ts'
import { sleep, workflowInfo } from '@temporalio/workflow'
import type { Books } from './books.ts'
import type { Candidate } from '../../domain/routing/candidate.ts'
import type { CallFailureDetails } from '../../domain/attempts/call-failure.ts'
import type { ModelClassification } from '../../domain/routing/classification/ask-model.ts'
import type { ModelRequest } from '../../domain/model-request.ts'
import { nextStep } from '../../domain/attempts/next-step.ts'
import type { OpenAttempt } from './call-end.ts'
import { readCallEnd } from './read-call-end.ts'
import { tryAttempt } from './try-attempt.ts'
import { versionKey } from '../../domain/routing/route-facts.ts'
import { wasCancelledDuring } from './was-cancelled-during.ts'

/** One request that must end in one answer or one refusal. */
export type DurableCall = Omit<
  AdmitCall,
  'runId' | 'number' | 'candidates' | 'waitedMs' | 'approvedBy' | 'classified'
>

/** What happens while a call runs, for those who show progress. */
export interface CallObserver {
  readonly attemptStarted?: (attempt: OpenAttempt) => void
  /** It waits for its budgets, a quota or an endpoint; told at every look. */
  readonly waits?: (hindrance: Hindrance) => void
}

/** Asks a model what a call is about; `null` when its answer is of no use. */
export type Classify = (ask: ModelRequest) => Promise<ModelClassification | null>

/** Where a call stands between two attempts. */
interface Position {
  readonly number: number
  /** The candidate of the attempt before; the ledger may have taken another one since. */
  readonly candidate?: Candidate
  /** Attempts on that candidate, the coming one included. */
  readonly attemptsHere: number
  /** Candidates that had their chance, as `versionKey` names them; those that only rested did not. */
  readonly spent: readonly string[]
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
export async function runCallSaga(
  call: DurableCall,
  desks: CallDesks,
  observer: CallObserver,
  classify: Classify,
): Promise<CallEnd> {
  const { books } = desks
  const reports: AttemptReport[] = []
  const patience: HealthPatience = { waitedMs: 0 }
  const asked: AdmitCall = { ...call, runId: workflowInfo().runId, number: 1 }
  const position: Position = { number: 1, attemptsHere: 1, spent: [] }
  let admission: Admission = { ...(await admitFirst(asked, desks, classify)), position }
  for (;;) {
    if (admission.outcome.status === 'over-budget' || admission.outcome.status === 'wait') {
      const passed = await passGates(admission, patience, desks, observer.waits)
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

/** Admits the first attempt; where nobody knows what the call is about, a model is asked before. */
async function admitFirst(
  asked: AdmitCall,
  desks: CallDesks,
  classify: Classify,
): Promise<Pick<Admission, 'asked' | 'outcome'>> {
  const outcome = await desks.books.admit(asked)
  if (outcome.status !== 'unsure') return { asked, outcome }
  const judged = { ...asked, classified: await classify(outcome.ask) }
  return { asked: judged, outcome: await desks.books.admit(judged) }
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
  const { candidates, candidate } = attempt
  const here = versionKey(candidate)
  const isSame = position.candidate !== undefined && versionKey(position.candidate) === here
  const attemptsHere = isSame ? position.attemptsHere : 1
  const others = candidates.filter(
    (other) => versionKey(other) !== here && !position.spent.includes(versionKey(other)),
  )
  const standing = { othersLeft: others.length, attemptsHere }
  const step = nextStep({ ...standing, failure: failed.failure }, Math.random())
  if (step.action === 'give-up') {
    return failed.failure.kind === 'cancelled'
      ? endWith('cancelled', 'the call was cancelled')
      : endWith('all-failed', describeAttempts(reports))
  }
  const isAgain = step.action === 'retry-here'
  const number = position.number + 1
  // Should the preferred one rest or be used up meanwhile, the others are left.
  const left = isAgain ? [candidate, ...others] : others
  const { waitedMs: _waited, ...first } = asked
  const next: AdmitCall = { ...first, number, candidates: left }
  const spent = isAgain ? position.spent : [...position.spent, here]
  const nextPosition: Position = { number, candidate, attemptsHere: attemptsHere + 1, spent }
  if (!isAgain || step.waitMs === 0) {
    return { asked: next, outcome: await settleAndAdmit(after, next, books), position: nextPosition, after }
  }
  await books.settle(failedSettlement(attempt, failed))
  if (await wasCancelledDuring(() => sleep(step.waitMs))) {
    return endWith('cancelled', 'the call was cancelled while it waited to retry')
  }
  return { asked: next, outcome: await books.admit(next), position: nextPosition, after }
}

/** Opens the next attempt in the transaction that settles the one before it. */
async function settleAndAdmit(
  { attempt, failed }: FailedAttempt,
  next: AdmitCall,
  books: Books,
): Promise<AdmitOutcome> {
  const settled = await books.settle({ ...failedSettlement(attempt, failed), next })
  if (settled.next === undefined) {
    throw new Error(`attempt ${next.number} of ${next.operationId} was not admitted`)
  }
  return settled.next
}

/** Ends an operation whose next attempt limits or budgets refused. */
async function endRefused(
  { asked, after }: Admission,
  { kind, reason }: GateRefusal,
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

function describeAttempts(reports: readonly AttemptReport[]): string {
  const lines = reports.map(
    ({ model, version, failure }) =>
      `${model} ${version}: ${failure?.kind ?? 'failed'} (${failure?.message ?? ''})`,
  )
  return `all ${reports.length} attempts failed: ${lines.join('; ')}`
}
