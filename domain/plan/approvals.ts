import { formatUtc } from '../format-utc.ts'
import type { Approval, ApprovalDecision } from './approval.ts'

/** All approvals of a task in the order in which they were asked for; JSON-safe. */
export type Approvals = readonly Approval[]

type PendingApproval = Extract<Approval, { phase: 'pending' }>
type DecidedApproval = Extract<Approval, { phase: 'decided' }>

/** Who decides when time does. */
const DECIDED_BY_DEADLINE = 'deadline'

/** What a person says about one approval. */
export interface ApprovalVerdict {
  /** May be left out while exactly one approval is pending. */
  readonly approvalId?: string | undefined
  readonly decision: ApprovalDecision
  readonly by: string
  readonly comment?: string | undefined
}

/** A verdict that stands, or a sentence that says why it does not. */
export type DecideResult =
  | { readonly ok: true; readonly approval: DecidedApproval; readonly state: Approvals }
  | { readonly ok: false; readonly problem: string }

/** Asks for one approval. Asking again under the same id changes nothing, whether it is decided or not. */
export function requestApproval(state: Approvals, approval: Omit<PendingApproval, 'phase'>): Approvals {
  const isKnown = state.some(({ id }) => id === approval.id)
  return isKnown ? state : [...state, { ...approval, phase: 'pending' }]
}

/**
 * Takes a person's verdict. The same one twice is answered with the stored one; another one, or one after the
 * deadline, is refused. `nowMs`: milliseconds since the epoch.
 */
export function decide(state: Approvals, verdict: ApprovalVerdict, nowMs: number): DecideResult {
  if (verdict.by.trim() === '' || verdict.by === DECIDED_BY_DEADLINE)
    return refuse(`"by" must name a person, not ${JSON.stringify(verdict.by)}`)
  const found = findApproval(state, verdict.approvalId)
  if (typeof found === 'string') return refuse(found)
  if (found.phase === 'decided') return answerAgain(state, found, verdict)
  if (nowMs >= found.deadlineAtMs) return refuse(tooLate(found.id, found.deadlineAtMs, found.onDeadline))
  const { decision, by, comment } = verdict
  const approval = close(found, { decision, by, comment }, nowMs)
  return { ok: true, approval, state: replace(state, approval) }
}

/** Decides everything whose deadline has passed as its default says. `expired`: those that this call decided. */
export function expire(
  state: Approvals,
  nowMs: number,
): { readonly state: Approvals; readonly expired: readonly DecidedApproval[] } {
  const expired = pendingApprovals(state)
    .filter(({ deadlineAtMs }) => deadlineAtMs <= nowMs)
    // Decided at its deadline, however late the timer fired.
    .map((approval) =>
      close(approval, { decision: approval.onDeadline, by: DECIDED_BY_DEADLINE }, approval.deadlineAtMs),
    )
  return { state: expired.reduce(replace, state), expired }
}

/**
 * Decides what is still pending without a person, because nobody needs the answer any more: the task was
 * cancelled, or a sibling's rejection made it pointless. `ids` absent: all of them.
 */
export function closePending(
  state: Approvals,
  verdict: { readonly decision: ApprovalDecision; readonly by: string; readonly comment?: string },
  nowMs: number,
  ids?: readonly string[],
): { readonly state: Approvals; readonly closed: readonly DecidedApproval[] } {
  const closed = pendingApprovals(state)
    .filter(({ id }) => ids === undefined || ids.includes(id))
    .map((approval) => close(approval, verdict, nowMs))
  return { state: closed.reduce(replace, state), closed }
}

/** When the next default is due, in milliseconds since the epoch; `undefined` when nothing is pending. */
export function nextDeadline(state: Approvals): number | undefined {
  const deadlines = pendingApprovals(state).map(({ deadlineAtMs }) => deadlineAtMs)
  return deadlines.length === 0 ? undefined : Math.min(...deadlines)
}

/** What waits for a person, oldest first. */
export function pendingApprovals(state: Approvals): readonly PendingApproval[] {
  return state.filter((approval) => approval.phase === 'pending')
}

/** The approval that a verdict means, or a sentence that says why none is meant. */
function findApproval(state: Approvals, approvalId: string | undefined): Approval | string {
  const pendingIds = pendingApprovals(state).map(({ id }) => id)
  const waiting = pendingIds.length === 0 ? 'none is pending' : `pending: ${pendingIds.join(', ')}`
  if (approvalId !== undefined)
    return state.find(({ id }) => id === approvalId) ?? `there is no approval "${approvalId}"; ${waiting}`
  const [only, ...others] = pendingApprovals(state)
  if (only !== undefined && others.length === 0) return only
  return only === undefined
    ? 'no approval is pending'
    : `${pendingIds.length} approvals are pending, say which one by "approvalId": ${pendingIds.join(', ')}`
}

function answerAgain(state: Approvals, stored: DecidedApproval, verdict: ApprovalVerdict): DecideResult {
  if (stored.by === DECIDED_BY_DEADLINE)
    return refuse(tooLate(stored.id, stored.decidedAtMs, stored.decision))
  if (stored.decision === verdict.decision) return { ok: true, approval: stored, state }
  const past = stored.decision === 'approve' ? 'approved' : 'rejected'
  return refuse(`${stored.id} was ${past} by ${stored.by} at ${formatUtc(stored.decidedAtMs)}; that stands`)
}

function tooLate(id: string, deadlineAtMs: number, byDefault: ApprovalDecision): string {
  return `${id} had to be answered by ${formatUtc(deadlineAtMs)}; its default "${byDefault}" stands`
}

function close(
  { id, question }: PendingApproval,
  verdict: Pick<ApprovalVerdict, 'decision' | 'by' | 'comment'>,
  decidedAtMs: number,
): DecidedApproval {
  const { decision, by, comment } = verdict
  const decided = { id, question, phase: 'decided', decision, by, decidedAtMs } as const
  return comment === undefined ? decided : { ...decided, comment }
}

function replace(state: Approvals, changed: Approval): Approvals {
  return state.map((approval) => (approval.id === changed.id ? changed : approval))
}

function refuse(problem: string): DecideResult {
  return { ok: false, problem }
}
