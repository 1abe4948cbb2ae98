import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import type { ApprovalDesk } from './approval-desk.ts'
import { awaitRoom } from './await-room.ts'
import type { Books } from './books.ts'
import { describeOverBudget } from '../../domain/budget/over-budget.ts'
import { passBudget } from './pass-budget.ts'

/** Whom a call turns to: the ledger, and people. */
export interface CallDesks {
  readonly books: Books
  readonly desk: ApprovalDesk
  /** No call waits beyond this moment, in milliseconds since the epoch. Absent: as long as it takes. */
  readonly waitsUntilMs?: number
}

/** Why a call cannot go yet. */
export type Hindrance = Extract<AdmitOutcome, { status: 'over-budget' | 'wait' }>

/** What became of a call that could not go at once. */
export type PassedGates =
  /** Decided: `asked` is how it was asked for in the end, with the name of the person who approved it. */
  | { readonly asked: AdmitCall; readonly outcome: Exclude<AdmitOutcome, Hindrance> }
  | { readonly refusal: GateRefusal }

export interface GateRefusal {
  readonly kind: 'over-budget' | 'rejected' | 'cancelled'
  readonly reason: string
}

/** How to ask again, or why not to. */
export type GateStep = { readonly asked: AdmitCall } | { readonly refusal: GateRefusal }

/**
 * Does what limits and budgets without room say until the call is decided: waits durably, asks a person, or refuses
 * it. A cancellation of the surrounding scope ends the wait.
 */
export async function passGates(
  call: AdmitCall,
  first: AdmitOutcome,
  desks: CallDesks,
  observe?: (hindrance: Hindrance) => void,
): Promise<PassedGates> {
  const startedAtMs = Date.now()
  let asked = call
  let outcome = first
  for (;;) {
    if (outcome.status !== 'over-budget' && outcome.status !== 'wait') return { asked, outcome }
    const nowMs = Date.now()
    const time = { waitedMs: nowMs - startedAtMs, mostMs: (desks.waitsUntilMs ?? Infinity) - nowMs }
    observe?.(outcome)
    const step =
      outcome.status === 'wait'
        ? await awaitRoom(asked, outcome, time, desks)
        : await passBudget(asked, outcome, time, desks)
    if ('refusal' in step) return step
    asked = { ...step.asked, waitedMs: Date.now() - startedAtMs }
    outcome = await desks.books.admit(asked)
  }
}

/** The sentence for people, without its subject. */
export function describeHindrance(hindrance: Hindrance): string {
  return hindrance.status === 'wait'
    ? `waits: ${hindrance.reason}`
    : `waits for budget: it ${describeOverBudget(hindrance)}`
}
