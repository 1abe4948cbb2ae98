import { HEALTHY, type HealthEvent, type HealthRules, type HealthState } from './health-state.ts'

/**
 * What follows from an event: a few failures in a row take a version out of routing, a few passes bring it back at a low
 * share, and enough good calls there give it everything again. What could not be checked changes nothing.
 */
export function nextHealth(state: HealthState, event: HealthEvent, rules: HealthRules): HealthState {
  switch (event.kind) {
    case 'check-missed':
      return state
    case 'check-passed':
      return afterPass(state, rules)
    case 'check-failed':
      return afterFailure(state, event.reason, rules)
    case 'calls-counted':
      return state.status === 'returning' ? judged({ ...state, ...callsOf(event) }, rules) : state
  }
}

function afterPass(state: HealthState, rules: HealthRules): HealthState {
  switch (state.status) {
    case 'healthy':
    case 'failing':
      return HEALTHY
    case 'out': {
      const { reason } = state
      const passes = state.passes + 1
      return passes < rules.passesToReturn
        ? { status: 'out', passes, reason }
        : { status: 'returning', passes: 0, goodCalls: 0, badCalls: 0, reason }
    }
    case 'returning':
      return judged({ ...state, passes: state.passes + 1 }, rules)
  }
}

/** One failure is enough where trust was lost before. */
function afterFailure(state: HealthState, reason: string, { failuresToLeave }: HealthRules): HealthState {
  const out: HealthState = { status: 'out', passes: 0, reason }
  if (state.status === 'out' || state.status === 'returning') return out
  const failures = (state.status === 'failing' ? state.failures : 0) + 1
  return failures < failuresToLeave ? { status: 'failing', failures, reason } : out
}

type Returning = Extract<HealthState, { status: 'returning' }>

function judged(state: Returning, { goodCallsToStay, badCallsToLeave }: HealthRules): HealthState {
  if (state.badCalls >= badCallsToLeave) {
    return { status: 'out', passes: 0, reason: `${state.badCalls} calls went wrong while it was coming back` }
  }
  return state.passes + state.goodCalls >= goodCallsToStay ? HEALTHY : state
}

function callsOf({ goodCalls, badCalls }: Extract<HealthEvent, { kind: 'calls-counted' }>) {
  return { goodCalls, badCalls }
}
