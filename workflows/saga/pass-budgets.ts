import type { AdmitCall, AdmitOutcome } from '../../activities/admission.ts'
import { workflowInfo } from '@temporalio/workflow'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Books } from './books.ts'
import { describeOverBudget, type OverBudget } from '../../domain/budget/over-budget.ts'
import { nextRecheckMs } from '../../domain/budget/recheck.ts'
import { wasCancelledDuring } from './was-cancelled-during.ts'

/** Whom a call turns to: the ledger, and people. */
export interface CallDesks {
  readonly books: Books
  readonly desk: ApprovalDesk
  /** No call waits for budget beyond this moment, in milliseconds since the epoch. Absent: as long as it takes. */
  readonly waitsUntilMs?: number
}

/** What became of a call that its budgets had no room for. */
export type PassedBudgets =
  /** Decided: `asked` is how it was asked for in the end, with the name of the person who approved it. */
  | { readonly asked: AdmitCall; readonly outcome: Exclude<AdmitOutcome, { status: 'over-budget' }> }
  | { readonly refusal: BudgetRefusal }

interface BudgetRefusal {
  readonly kind: 'over-budget' | 'cancelled'
  readonly reason: string
}

/** Nobody is kept waiting for a person longer than this, in milliseconds. */
const ANSWER_WITHIN_MS = 24 * 3600 * 1000

/**
 * Does what the budget without room says until the call is decided: refuses it, looks again from time to time, or asks
 * a person. A cancellation of the surrounding scope ends the wait.
 */
export async function passBudgets(
  call: AdmitCall,
  first: Extract<AdmitOutcome, { status: 'over-budget' }>,
  desks: CallDesks,
  observer: { readonly budgetAwaited?: (over: OverBudget) => void },
): Promise<PassedBudgets> {
  const startedAtMs = Date.now()
  let asked = call
  let outcome: AdmitOutcome = first
  while (outcome.status === 'over-budget') {
    const over: OverBudget = outcome
    const nowMs = Date.now()
    const mostMs = (desks.waitsUntilMs ?? Infinity) - nowMs
    if (over.whenSpent === 'reject' || mostMs <= 0) return refused('over-budget', describeOverBudget(over))
    if (over.whenSpent === 'ask') {
      const answer = await askPerson(asked, over, desks.desk, mostMs)
      if ('refusal' in answer) return answer
      asked = { ...asked, ...answer }
    } else {
      observer.budgetAwaited?.(over)
      const wait = { waitedMs: nowMs - startedAtMs, untilResetMs: over.resetsAtMs - nowMs }
      if (await wasCancelledDuring(() => desks.books.pause(Math.min(mostMs, nextRecheckMs(wait))))) {
        return refused(
          'cancelled',
          `the call was cancelled while it waited for budget: it ${describeOverBudget(over)}`,
        )
      }
    }
    outcome = await desks.books.admit(asked)
  }
  return { asked, outcome }
}

/** The approval holds for the whole call: its retries and fallbacks do not ask again. */
async function askPerson(
  { operationId }: AdmitCall,
  over: OverBudget,
  desk: ApprovalDesk,
  mostMs: number,
): Promise<{ readonly approvedBy: string } | { readonly refusal: BudgetRefusal }> {
  const why = describeOverBudget(over)
  const step = operationId.slice(workflowInfo().workflowId.length + 1)
  const approval = await desk.ask(
    `budget/${step === '' ? 'call' : step}`,
    `Make a call over its budget? It ${why}.`,
    { deadlineMs: Math.min(mostMs, ANSWER_WITHIN_MS), onDeadline: 'reject' },
  )
  if (approval === undefined) {
    return refused('cancelled', `the call was cancelled before anybody approved that it ${why}`)
  }
  const { decision, by, comment } = approval
  if (decision === 'approve') return { approvedBy: by }
  return refused('over-budget', `${why}; rejected by ${by}${comment === undefined ? '' : `: ${comment}`}`)
}

function refused(kind: BudgetRefusal['kind'], reason: string): { readonly refusal: BudgetRefusal } {
  return { refusal: { kind, reason } }
}
