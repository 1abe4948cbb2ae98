import { countGuard, DEFAULT_GUARDS } from '../../domain/rollout/guards.ts'
import { planRollout } from '../../domain/rollout/planning/plan-rollout.ts'
import type { RolloutRequest } from '../../domain/rollout/planning/rollout-request.ts'
import type { RolloutPlan } from '../../domain/rollout/strategy.ts'
import type { Random } from './random.ts'
import { stickySessions } from './sessions.ts'
import { MINUTE_MS } from './simulate.ts'
import { type GuardRates, independentRequests, lateVerdicts, type Traffic } from './traffic.ts'

/** One cell of the grid. */
export interface Scenario {
  readonly name: string
  readonly plan: RolloutPlan
  readonly minutes: number
  readonly traffic: (random: Random) => Traffic
  /** Where the peers are asked too: the share at each minute, 0 to 1. */
  readonly weightAt?: (minute: number) => number
}

export const WATCH_MINUTES = 120
export const DECIDE_MINUTES = 240
const RAMP = [1, 5, 10, 25, 50]
const MINUTES_PER_SHARE = WATCH_MINUTES / RAMP.length
const TENTH = 10

const INCIDENT = { minutes: 10, badRate: 0.2 }
const ERRORS = [countGuard('errors')]

/** Watched for two hours at 10 %, no step ends before. */
export const atTenPercent = plan({
  strategy: 'rolling',
  steps: [{ canaryPercent: TENTH, observeMs: WATCH_MINUTES * MINUTE_MS }, { canaryPercent: 100 }],
})
/** Two hours in five steps by time. */
export const inSteps = plan({
  strategy: 'rolling',
  steps: [
    ...RAMP.map((canaryPercent) => ({ canaryPercent, observeMs: MINUTES_PER_SHARE * MINUTE_MS })),
    { canaryPercent: 100 },
  ],
})
/** Promoted from 10 % as soon as there is evidence. */
export const tenThenAll = plan({
  strategy: 'rolling',
  steps: [
    { canaryPercent: TENTH, observeMs: MINUTE_MS, deadlineMs: DECIDE_MINUTES * MINUTE_MS },
    { canaryPercent: 100 },
  ],
})
/** Evidence at every step. */
export const byEvidence = plan({
  strategy: 'rolling',
  advance: 'evidence',
  steps: [
    ...RAMP.map((canaryPercent) => ({
      canaryPercent,
      observeMs: MINUTE_MS,
      deadlineMs: DECIDE_MINUTES * MINUTE_MS,
    })),
    { canaryPercent: 100 },
  ],
})

export const tenPercent = (): number => TENTH / 100
export const steppedPercent = (minute: number): number =>
  (RAMP[Math.floor(minute / MINUTES_PER_SHARE)] ?? 0) / 100

/** A plan with one guard over errors, or as asked for. */
export function plan(request: Omit<RolloutRequest, 'model' | 'version'>): RolloutPlan {
  const made = planRollout({ model: 'chat', version: 'new', ...request }, 'old')
  if (!made.ok) throw new Error(made.problems.join('; '))
  return request.guards === undefined ? { ...made.plan, guards: ERRORS } : made.plan
}

/** The plan with the guards that are watched by default. */
export function withDefaultGuards(made: RolloutPlan): RolloutPlan {
  return { ...made, guards: DEFAULT_GUARDS }
}

/** Errors at a steady rate, the canary `ratio` times as often. */
export function errors(badRate: number, ratio: number, requestsPerMinute: number): Scenario['traffic'] {
  return (random) => independentRequests(random, requestsPerMinute, [rates('errors', () => badRate, ratio)])
}

/** The same with ten minutes in which a fifth of all requests fails on both arms, at any time of the first two hours. */
export function withIncident(badRate: number, ratio: number, requestsPerMinute: number): Scenario['traffic'] {
  return (random) => {
    const from = Math.floor(random.uniform() * (WATCH_MINUTES - INCIDENT.minutes))
    const during = (minute: number): number =>
      minute >= from && minute < from + INCIDENT.minutes ? INCIDENT.badRate : badRate
    return independentRequests(random, requestsPerMinute, [rates('errors', during, ratio)])
  }
}

/** A rate that both arms share and that goes from 1 to 4 %. */
export function withDrift(ratio: number, requestsPerMinute: number): Scenario['traffic'] {
  return (random) => independentRequests(random, requestsPerMinute, [rates('errors', driftingRate, ratio)])
}

/** Fine for half an hour, then worse. */
export function withOnset(badRate: number, ratio: number, requestsPerMinute: number): Scenario['traffic'] {
  const onset = {
    guard: 'errors',
    badRate: () => badRate,
    ratio: (minute: number) => (minute < 30 ? 1 : ratio),
  }
  return (random) => independentRequests(random, requestsPerMinute, [onset])
}

/** Verdicts that come a quarter of an hour late on average. */
export function withDelay(badRate: number, ratio: number, requestsPerMinute: number): Scenario['traffic'] {
  return (random) => lateVerdicts(errors(badRate, ratio, requestsPerMinute)(random), random, 15)
}

/** Sessions of ten requests, one in ten of them hard: 2 % of the requests are bad. */
export function inSessions(ratio: number): Scenario['traffic'] {
  const kinds = { hardShare: 0.1, hardBadRate: 0.11, easyBadRate: 0.01 }
  return (random) =>
    stickySessions(random, { guard: 'errors', sessionsPerMinute: 20, meanRequests: 10, ratio, ...kinds })
}

/** All default guards, of which only errors may be worse. */
export function allGuards(badRate: number, ratio: number, requestsPerMinute: number): Scenario['traffic'] {
  const others = [
    rates('refusals', () => 0.01, 1),
    rates('schema-invalid', () => 0.01, 1),
    rates('time-to-first-token', () => 0.05, 1),
    rates('time-per-output-token', () => 0.05, 1),
  ]
  return (random) =>
    independentRequests(random, requestsPerMinute, [rates('errors', () => badRate, ratio), ...others])
}

function driftingRate(minute: number): number {
  return 0.01 + (0.03 * minute) / WATCH_MINUTES
}

function rates(guard: string, badRate: (minute: number) => number, ratio: number): GuardRates {
  return { guard, badRate, ratio: () => ratio }
}
