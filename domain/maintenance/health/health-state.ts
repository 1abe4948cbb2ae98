/** How a version at its endpoint stands with the health check. */
export const HEALTH_STATUSES = ['healthy', 'failing', 'out', 'returning'] as const
export type HealthStatus = (typeof HEALTH_STATUSES)[number]

/** What is remembered of one version at its endpoint; JSON-safe. */
export type HealthState =
  | { readonly status: 'healthy' }
  /** Checks in a row that failed; it is still in routing. */
  | { readonly status: 'failing'; readonly failures: number; readonly reason: string }
  /** Out of routing. Checks in a row that passed since. */
  | { readonly status: 'out'; readonly passes: number; readonly reason: string }
  /** Back at a low share. What it has done since it is back. */
  | {
      readonly status: 'returning'
      /** Checks that passed: each stands for one good call, so that a version nobody calls comes back as well. */
      readonly passes: number
      readonly goodCalls: number
      readonly badCalls: number
      /** Why it had been out. */
      readonly reason: string
    }

export const HEALTHY: HealthState = { status: 'healthy' }

/** When a version leaves routing and how it returns. */
export interface HealthRules {
  /** Failed checks in a row that take it out. */
  readonly failuresToLeave: number
  /** Passed checks in a row that bring it back at the low share. */
  readonly passesToReturn: number
  /** The low share, in percent of its usual requests. */
  readonly returnPercent: number
  /** Good calls at the low share that give it everything again. */
  readonly goodCallsToStay: number
  /** Calls that go wrong at the low share and take it out again. */
  readonly badCallsToLeave: number
}

export const DEFAULT_HEALTH_RULES: HealthRules = {
  failuresToLeave: 3,
  passesToReturn: 3,
  returnPercent: 5,
  goodCallsToStay: 20,
  badCallsToLeave: 2,
}

/** What happens to a version. */
export type HealthEvent =
  | { readonly kind: 'check-passed' }
  /** `reason`: follows the version's name, for people. */
  | { readonly kind: 'check-failed'; readonly reason: string }
  /** The check itself could not be made: it says nothing. */
  | { readonly kind: 'check-missed' }
  /** Calls of its users since it is back, all of them. */
  | { readonly kind: 'calls-counted'; readonly goodCalls: number; readonly badCalls: number }

/** The figure that people see beside the status: failures, passes or good calls in a row. */
export function consecutiveOf(state: HealthState): number {
  switch (state.status) {
    case 'healthy':
      return 0
    case 'failing':
      return state.failures
    case 'out':
      return state.passes
    case 'returning':
      return state.passes + state.goodCalls
  }
}

/** Its share of its usual requests, in percent. */
export function sharePercentOf({ status }: HealthState, { returnPercent }: HealthRules): number {
  if (status === 'out') return 0
  return status === 'returning' ? returnPercent : 100
}
