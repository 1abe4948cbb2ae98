import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import type { Books } from './books.ts'
import { describeOverBudget } from '../../domain/budget/over-budget.ts'

/** Whom a call turns to: the ledger, and people. */
export interface CallDesks {
  readonly books: Books
  readonly desk: ApprovalDesk
  /** No call waits beyond this moment, in milliseconds since the epoch. Absent: as long as it takes. */
  readonly waitsUntilMs?: number
}

/** Why a call cannot go yet. */
export type Hindrance = Extract<AdmitOutcome, { status: 'over-budget' | 'wait' }>

export interface GateRefusal {
  readonly kind: 'over-budget' | 'rejected' | 'cancelled'
  readonly reason: string
}

/** How to ask again, or why not to. */
export type GateStep = { readonly asked: AdmitCall } | { readonly refusal: GateRefusal }

/** The sentence for people, without its subject. */
export function describeHindrance(hindrance: Hindrance): string {
  return hindrance.status === 'wait'
    ? `waits: ${hindrance.reason}`
    : `waits for budget: it ${describeOverBudget(hindrance)}`
}
