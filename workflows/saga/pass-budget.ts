import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import type { CallDesks, GateRefusal, GateStep } from './hindrance.ts'
import { workflowInfo } from '@temporalio/workflow'
import type { ApprovalDesk } from './approval-desk.ts'
import { describeOverBudget, type OverBudget } from '../../domain/budget/over-budget.ts'
import { nextRecheckMs } from '../../domain/budget/recheck.ts'
import { wasCancelledDuring } from './was-cancelled-during.ts'

/** Nobody is kept waiting for a person longer than this, in milliseconds. */
const ANSWER_WITHIN_MS = 24 * 3600 * 1000

/** Does once what a budget without room says: refuses the call, lets it look again later, or asks a person. */
export async function passBudget(
  asked: AdmitCall,
  over: Extract<AdmitOutcome, { status: 'over-budget' }>,
  { waitedMs, mostMs }: { readonly waitedMs: number; readonly mostMs: number },
  { books, desk }: CallDesks,
): Promise<GateStep> {
  if (over.whenSpent === 'reject' || mostMs <= 0) return refused('over-budget', describeOverBudget(over))
  if (over.whenSpent === 'ask') {
    const answer = await askPerson(asked, over, desk, mostMs)
    return 'refusal' in answer ? answer : { asked: { ...asked, ...answer } }
  }
  const pauseMs = nextRecheckMs({ waitedMs, untilResetMs: over.resetsAtMs - Date.now() })
  if (await wasCancelledDuring(() => books.pause(Math.min(mostMs, pauseMs)))) {
    const why = describeOverBudget(over)
    return refused('cancelled', `the call was cancelled while it waited for budget: it ${why}`)
  }
  return { asked }
}

/** The approval holds for the whole call: its retries and fallbacks do not ask again. */
async function askPerson(
  { operationId }: AdmitCall,
  over: OverBudget,
  desk: ApprovalDesk,
  mostMs: number,
): Promise<{ readonly approvedBy: string } | { readonly refusal: GateRefusal }> {
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

function refused(kind: GateRefusal['kind'], reason: string): { readonly refusal: GateRefusal } {
  return { refusal: { kind, reason } }
}
