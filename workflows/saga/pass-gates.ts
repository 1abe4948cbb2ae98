import type { AdmitCall, AdmitOutcome } from '../../activities/admit-call.ts'
import { awaitRoom } from './await-room.ts'
import type { CallDesks, GateRefusal, Hindrance } from './hindrance.ts'
import { passBudget } from './pass-budget.ts'

/** What became of a call that could not go at once. */
export type PassedGates =
  /** Decided: `asked` is how it was asked for in the end, with the name of the person who approved it. */
  | { readonly asked: AdmitCall; readonly outcome: Exclude<AdmitOutcome, Hindrance> }
  | { readonly refusal: GateRefusal }

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
