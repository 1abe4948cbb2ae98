import type { FailureKind } from '../failure.ts'
import type { QualityMargins } from './evidence/betting.ts'

/** What can go wrong with a request, each a count of bad events on either arm. */
export const COUNT_METRICS = [
  /** No answer: provider error, timeout, lost worker, nothing recorded. */
  'errors',
  /** Of these, the ones that took too long or were never heard of again. */
  'timeouts',
  'refusals',
  /** An answer that was to fit a schema and does not. */
  'schema-invalid',
  /** Any of the above: the total. */
  'failures',
  /** The first token came later than the limit. */
  'time-to-first-token',
  /** A token took longer than the limit on average. */
  'time-per-output-token',
  /** A judge, a guardrail or a person said no. */
  'judged-bad',
] as const
export type CountMetric = (typeof COUNT_METRICS)[number]

/** Watches how often something is bad on the canary compared with the stable arm. */
export interface CountGuard {
  readonly kind: 'count'
  /** Unique in a plan; the metric unless one metric is counted at two limits. */
  readonly name: string
  readonly metric: CountMetric
  /** r0: the canary may be bad so many times as often; default 1. */
  readonly tolerated: number
  /** r1: the smallest ratio that must not be promoted; default 2. */
  readonly unacceptable: number
  /** What it gets of alpha relative to the other guards; default 1. */
  readonly alphaWeight: number
  /** For times, in milliseconds. Absent: the stable arm's 95th percentile, frozen when the rollout begins. */
  readonly limitMs?: number
  /** Whether it may stay without a single request on both arms, as where no request asks for a schema. */
  readonly isOptional: boolean
}

/** Watches the mean score of matched pairs, 0 to 1. */
export interface QualityGuard extends QualityMargins {
  readonly kind: 'quality'
  readonly name: string
  readonly alphaWeight: number
}

export type Guard = CountGuard | QualityGuard

/** Metrics that are times and need a limit. */
export const TIME_METRICS: readonly CountMetric[] = ['time-to-first-token', 'time-per-output-token']

const MAY_BE_WITHOUT_REQUESTS: readonly CountMetric[] = ['schema-invalid', ...TIME_METRICS]

/** A guard over one metric with everything else as by default. */
export function countGuard(
  metric: CountMetric,
  settings: Partial<Omit<CountGuard, 'kind'>> = {},
): CountGuard {
  const isOptional = MAY_BE_WITHOUT_REQUESTS.includes(metric)
  const defaults = { tolerated: 1, unacceptable: 2, alphaWeight: 1, isOptional }
  return { kind: 'count', name: metric, metric, ...defaults, ...settings }
}

/** A guard over scores: 0.02 lower is fine, 0.05 lower must not be promoted. */
export function qualityGuard(settings: Partial<Omit<QualityGuard, 'kind'>> = {}): QualityGuard {
  return { kind: 'quality', name: 'quality', alphaWeight: 1, margin: 0.02, unacceptable: 0.05, ...settings }
}

/** What a rollout is watched by unless its plan says otherwise. Errors, the commonest harm, get a third of alpha. */
export const DEFAULT_GUARDS: readonly Guard[] = [
  countGuard('errors', { alphaWeight: 2 }),
  countGuard('refusals'),
  countGuard('schema-invalid'),
  countGuard('time-to-first-token'),
  countGuard('time-per-output-token'),
]

/** What is known about one request of an arm once it has ended, or should have. */
export interface ObservedAttempt {
  readonly arm: 'canary' | 'stable'
  /** P(canary) when it was assigned, 0 to 1. */
  readonly weight: number
  /** What it was assigned by, see `assignmentKey`: only the first bad event of a key counts. */
  readonly key: string
  /** `missing` when nothing was recorded in the time that a call may take. */
  readonly outcome: 'answered' | 'refused' | 'missing' | FailureKind
  /** Only where the request asked for a schema; `unchecked` when nobody looked whether the answer fits. */
  readonly schema?: 'valid' | 'invalid' | 'unchecked'
  /** Only for streamed answers; `missing` when it should be known and is not. */
  readonly timeToFirstTokenMs?: number | 'missing'
  readonly timePerOutputTokenMs?: number | 'missing'
  /** Comes late; belongs to the weight of its request. */
  readonly judgement?: 'good' | 'bad'
}

/** What an attempt says about a guard; `undefined` when nothing. */
export type GuardSign = 'good' | 'bad' | undefined
