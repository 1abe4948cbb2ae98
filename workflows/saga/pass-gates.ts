import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import { awaitRoom } from './await-room.ts'
import type { CallDesks, GateRefusal, Hindrance } from './hindrance.ts'
import { passBudget } from './pass-budget.ts'

/** What became of a call that could not go at once. */
export type PassedGates =
  /** Decided: `asked` is how it was asked for in the end, with the name of the person who approved it. */
  | { readonly asked: AdmitCall; readonly outcome: Exclude<AdmitOutcome, Hindrance> }
  | { readonly refusal: GateRefusal }

/** How long a call has waited for endpoints that rest after failures, all its attempts together. */
export interface HealthPatience {
  waitedMs: number
}

/**
 * Does what limits and budgets without room say until the call is decided: waits durably, asks a person, or refuses
 * it. A cancellation of the surrounding scope ends the wait.
 */
export async function passGates(
  first: { readonly asked: AdmitCall; readonly outcome: AdmitOutcome },
  patience: HealthPatience,
  desks: CallDesks,
  observe?: (hindrance: Hindrance) => void,
): Promise<PassedGates> {
  const startedAtMs = Date.now()
  let { asked, outcome } = first
  for (;;) {
    if (outcome.status !== 'over-budget' && outcome.status !== 'wait') return { asked, outcome }
    const nowMs = Date.now()
    const mostMs = (desks.waitsUntilMs ?? Infinity) - nowMs
    observe?.(outcome)
    const step =
      outcome.status === 'wait'
        ? await awaitRoom(asked, outcome, { healthWaitedMs: patience.waitedMs, mostMs }, desks)
        : await passBudget(asked, outcome, { waitedMs: nowMs - startedAtMs, mostMs }, desks)
    if ('refusal' in step) return step
    if (outcome.status === 'wait' && outcome.because === 'health') patience.waitedMs += Date.now() - nowMs
    asked = { ...step.asked, waitedMs: Date.now() - startedAtMs }
    outcome = await desks.books.admit(asked)
  }
}
