import type { GuardCounts, WeightCounts } from '../../domain/rollout/evidence/counts.ts'
import { totalOf } from '../../domain/rollout/evidence/counts.ts'
import type { RolloutEvent } from '../../domain/rollout/machine/events.ts'
import type { RolloutPlan } from '../../domain/rollout/strategy.ts'
import type { RolloutState } from '../../domain/rollout/state.ts'
import { startRollout, transition } from '../../domain/rollout/transition.ts'
import type { GuardNews, Minute, Traffic } from './traffic.ts'
import type { Rule } from './peers.ts'

export const MINUTE_MS = 60_000

/** How one replicate ended under one rule. Never: infinite. */
export interface Ending {
  readonly end: 'rolled-back' | 'promoted' | 'undecided'
  readonly minutes: number
  /** Until the rollback. */
  readonly canaryRequests: number
  readonly canaryBad: number
}

const NEVER: Ending = { end: 'undecided', minutes: Infinity, canaryRequests: Infinity, canaryBad: Infinity }

/** Time limits that a plan's guards over times ask for; the traffic says what is bad, so they are not looked at. */
const LIMITS_MS = { 'time-to-first-token': 1000, 'time-per-output-token': 50 }

/** The rollout itself: the production reducer, fed with a reading a minute; shares are in force at once. */
export function runReducer(plan: RolloutPlan, traffic: Traffic, minutes: number): Ending {
  const counted = new Map(plan.guards.map(({ name }) => [name, new Map<number, WeightCounts>()]))
  const start = startRollout(plan, 'bench', 0).state
  let state = applied({ kind: 'prepared', atMs: 0, limitsMs: LIMITS_MS }, start)
  let [canaryRequests, canaryBad] = [0, 0]
  for (let minute = 0; minute < minutes; minute++) {
    const isMirrored = state.mirrorPercent > 0
    const weight = (isMirrored ? state.mirrorPercent : state.canaryPercent) / 100
    const happened = traffic(minute, weight, isMirrored)
    canaryRequests += happened.canaryRequests
    canaryBad += happened.canaryBad
    state = applied(reading(minute, happened, counted), state)
    const { phase } = state.stage
    if (phase === 'rolled-back') return { end: 'rolled-back', minutes: minute + 1, canaryRequests, canaryBad }
    if (phase === 'keeping-old' || phase === 'completed')
      return { end: 'promoted', minutes: minute + 1, canaryRequests, canaryBad }
    if (phase === 'held') return NEVER
  }
  return NEVER
}

/** Rules that are asked every minute about the same traffic, at the weights that were planned. */
export function runRules(
  rules: readonly Rule[],
  traffic: Traffic,
  { minutes, weightAt }: { readonly minutes: number; readonly weightAt: (minute: number) => number },
): readonly Ending[] {
  const endings = rules.map(() => NEVER)
  let [canaryRequests, canaryBad] = [0, 0]
  for (let minute = 0; minute < minutes && endings.includes(NEVER); minute++) {
    const happened = traffic(minute, weightAt(minute), false)
    canaryRequests += happened.canaryRequests
    canaryBad += happened.canaryBad
    const ending: Ending = { end: 'rolled-back', minutes: minute + 1, canaryRequests, canaryBad }
    for (const [index, rule] of rules.entries())
      if (rule(happened) && endings[index] === NEVER) endings[index] = ending
  }
  return endings
}

function applied(event: RolloutEvent, before: RolloutState): RolloutState {
  const { state, actions } = transition(before, event)
  const isChange = actions.some(({ kind }) => kind === 'set-shares' || kind === 'revert')
  if (!isChange) return state
  return transition(state, { kind: 'shares-applied', atMs: event.atMs, change: state.change }).state
}

function reading(
  minute: number,
  { news }: Minute,
  counted: ReadonlyMap<string, Map<number, WeightCounts>>,
): RolloutEvent {
  for (const item of news) add(counted, item)
  const counts: readonly GuardCounts[] = [...counted].map(([guard, cells]) => ({
    guard,
    cells: [...cells.values()],
  }))
  const atMs = (minute + 1) * MINUTE_MS
  return { kind: 'counts-observed', atMs, watermarkMs: atMs, counts }
}

function add(counted: ReadonlyMap<string, Map<number, WeightCounts>>, { guard, cell }: GuardNews): void {
  const cells = counted.get(guard)
  if (cells === undefined) throw new Error(`the plan has no guard ${guard}`)
  const before = cells.get(cell.weight)
  const both = before === undefined ? [cell] : [before, cell]
  const { weight } = cell
  cells.set(weight, { weight, canary: totalOf(both, 'canary'), stable: totalOf(both, 'stable') })
}
