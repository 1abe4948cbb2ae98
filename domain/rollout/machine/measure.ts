import { NO_BETS, placeBets } from '../evidence/betting.ts'
import {
  alphaOf,
  formatEvidence,
  type GuardEvidence,
  harmed,
  weighBets,
  weighCounts,
} from '../evidence/judge.ts'
import { explainBreach, isTripped } from '../evidence/thresholds.ts'
import type { RolloutState } from '../state.ts'
import { record, rollBack, unchanged } from './change.ts'
import type { RolloutEvent, Transition } from './events.ts'
import { isMeasured, moveOn } from './tick.ts'

type CountsObserved = Extract<RolloutEvent, { kind: 'counts-observed' }>
type CountsMissing = Extract<RolloutEvent, { kind: 'counts-missing' }>

/**
 * Takes what was counted, totals since the rollout began: the same reading twice, or an older one after a newer, changes
 * nothing. Harm ends the rollout in every phase, paused or held included; else it may go on.
 */
export function observeCounts(state: RolloutState, event: CountsObserved): Transition {
  if (!isMeasured(state.stage) || event.watermarkMs < state.watermarkMs) return unchanged(state)
  const lacking = state.plan.guards.find(
    ({ kind, name }) => kind === 'count' && !event.counts.some(({ guard }) => guard === name),
  )
  if (lacking !== undefined)
    return missCounts(state, {
      kind: 'counts-missing',
      atMs: event.atMs,
      reason: `nothing was counted for ${lacking.name}`,
    })
  const measured = weigh(state, event)
  return explainHarm(measured, event.atMs) ?? moveOn(measured, event.atMs)
}

/** Data that is missing is an error: too often in a row, and the rollout goes back. */
export function missCounts(state: RolloutState, { atMs, reason }: CountsMissing): Transition {
  if (!isMeasured(state.stage)) return unchanged(state)
  const missingReadings = state.missingReadings + 1
  const { missingReadingsLimit } = state.plan
  const text = `reading ${missingReadings} of ${missingReadingsLimit} in a row without counts: ${reason}`
  const missed = { ...state, missingReadings }
  if (missingReadings >= missingReadingsLimit)
    return rollBack(missed, atMs, { cause: 'missing-data', reason: text })
  return unchanged(record(missed, atMs, text))
}

function weigh(state: RolloutState, event: CountsObserved): RolloutState {
  const bets = newBets(state, event)
  const { recent, watermarkMs } = event
  return {
    ...state,
    watermarkMs,
    missingReadings: 0,
    bets,
    evidence: weighAll({ ...state, bets }, event),
    ...(recent === undefined ? {} : { recent }),
  }
}

function weighAll({ plan, bets }: RolloutState, { counts }: CountsObserved): readonly GuardEvidence[] {
  return plan.guards.map((guard) => {
    const alpha = alphaOf(guard, plan.guards, plan.alpha)
    if (guard.kind === 'quality') return weighBets(guard, bets, alpha, plan)
    const cells = counts.find((counted) => counted.guard === guard.name)?.cells ?? []
    return weighCounts(guard, cells, alpha, plan)
  })
}

/** A pair is bet on once, whatever is read again; one after a gap waits for those in between. */
function newBets({ bets, plan }: RolloutState, { quality }: CountsObserved): RolloutState['bets'] {
  const guard = plan.guards.find(({ kind }) => kind === 'quality')
  if (guard?.kind !== 'quality') return NO_BETS
  if (quality === undefined || quality.from > bets.pairs) return bets
  return placeBets(bets, quality.differences.slice(bets.pairs - quality.from), guard)
}

function explainHarm(state: RolloutState, atMs: number): Transition | undefined {
  const { recent, plan, evidence } = state
  if (recent !== undefined && isTripped(recent, plan.tripwireFailures)) {
    const reason = `${recent.failuresInARow} requests of ${plan.canaryVersion} failed in a row`
    return rollBack(state, atMs, { cause: 'tripwire', reason })
  }
  const breach =
    recent === undefined || plan.thresholds === undefined ? undefined : explainBreach(recent, plan.thresholds)
  if (breach !== undefined) return rollBack(state, atMs, { cause: 'threshold', reason: breach })
  const [worst] = harmed(evidence)
  if (worst === undefined) return undefined
  return rollBack(state, atMs, { cause: 'guard', reason: describeHarm(worst) })
}

function describeHarm({ guard, logHarm, harmBound, canary, stable }: GuardEvidence): string {
  const values = `evidence of harm ${formatEvidence(logHarm)}, more than ${formatEvidence(harmBound)}`
  if (canary.badEvents + stable.badEvents === 0) return `${guard}: ${values}`
  const ofCanary = `${canary.badEvents} bad of ${canary.units} on the canary`
  return `${guard}: ${values} (${ofCanary}, ${stable.badEvents} of ${stable.units} on the stable arm)`
}
