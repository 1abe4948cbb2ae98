import type { GuardCounts } from '../../../domain/rollout/evidence/counts.ts'
import { countGuard } from '../../../domain/rollout/guards.ts'
import type { RolloutCommand, RolloutEvent, Transition } from '../../../domain/rollout/machine/events.ts'
import { planRollout } from '../../../domain/rollout/planning/plan-rollout.ts'
import type { RolloutRequest } from '../../../domain/rollout/planning/rollout-request.ts'
import type { RolloutState } from '../../../domain/rollout/state.ts'
import type { RolloutPlan } from '../../../domain/rollout/strategy.ts'
import { startRollout, transition } from '../../../domain/rollout/transition.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A plan with one guard over errors. */
export function planOf(request: Partial<RolloutRequest> = {}): RolloutPlan {
  const result = planRollout({ model: 'chat', version: 'v2', guards: ['errors'], ...request }, 'v1')
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.plan
}

/** Counts of the guard over errors at one weight: bad of units. */
export function errorCounts(
  weight: number,
  canary: readonly [bad: number, units: number],
  stable: readonly [bad: number, units: number],
): readonly GuardCounts[] {
  const arm = ([bad, units]: readonly [number, number]) => ({ units, badUnits: bad, badEvents: bad })
  return [{ guard: countGuard('errors').name, cells: [{ weight, canary: arm(canary), stable: arm(stable) }] }]
}

/** A hundred times as bad. */
export const HARMFUL = errorCounts(0.5, [60, 1000], [1, 1000])
/** As good, and enough of it. */
export const HARMLESS = errorCounts(0.5, [100, 5000], [100, 5000])
/** As good, and too little to tell. */
export const LITTLE = errorCounts(0.5, [1, 60], [1, 60])

export function counts(
  atMs: number,
  observed: readonly GuardCounts[],
): Extract<RolloutEvent, { kind: 'counts-observed' }> {
  return { kind: 'counts-observed', atMs, watermarkMs: atMs, counts: observed }
}

export function commanded(
  command: RolloutCommand,
  atMs: number,
  { requestId = `r-${JSON.stringify(command)}-${atMs}`, by = 'ana' } = {},
): Extract<RolloutEvent, { kind: 'commanded' }> {
  return { kind: 'commanded', atMs, requestId, by, command }
}

export function applied(state: RolloutState, atMs: number): RolloutEvent {
  return { kind: 'shares-applied', atMs, change: state.change }
}

/** Feeds events one after the other; one that is a function sees the state. */
export function after(
  state: RolloutState,
  ...events: readonly (RolloutEvent | ((state: RolloutState) => RolloutEvent))[]
): RolloutState {
  return events.reduce(
    (so, event) => transition(so, typeof event === 'function' ? event(so) : event).state,
    state,
  )
}

/** A rollout whose version is ready at time 0 and whose first shares are in force. */
export function begun(plan: RolloutPlan): RolloutState {
  return after(startRollout(plan, 'ana', 0).state, { kind: 'prepared', atMs: 0, limitsMs: {} }, (state) =>
    applied(state, 0),
  )
}

/** What an event does to a state, in a word: `=` nothing, `!` refused, else the phase it leads to. */
export function outcome(state: RolloutState, { state: next, refusal, actions }: Transition): string {
  if (refusal !== undefined) return '!'
  const phase = phaseOf(next)
  return phase === phaseOf(state) && actions.length === 0 ? '=' : phase
}

/** The phase, and inside a pause the one that is paused. */
export function phaseOf({ stage }: RolloutState): string {
  return stage.phase === 'paused' ? `paused(${stage.stage.phase})` : stage.phase
}
