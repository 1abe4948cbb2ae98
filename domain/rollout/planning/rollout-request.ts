import { checkId } from '../../ids.ts'
import { choose, isRecord, list, object, optional } from '../../reading/composites.ts'
import type { Read, Reader } from '../../reading/reader.ts'
import { flag, number, oneOf, text } from '../../reading/scalars.ts'
import { COUNT_METRICS } from '../guards.ts'
import { STRATEGIES } from '../strategy.ts'

const MOST_STEPS = 100
const MOST_GUARDS = 20
const YEAR_MS = 365 * 86_400_000

const percent = number({ min: 0, max: 100 })
const share = number({ min: 0, max: 1 })
const errorRate = number({ min: 1e-6, max: 0.5 })
const duration = number({ min: 0, max: YEAR_MS, isWhole: true })
const interval = number({ min: 1, max: YEAR_MS, isWhole: true })
const count = number({ min: 0, max: 1_000_000_000, isWhole: true })
const name = text({ maxLength: 100 })
const advance = oneOf(['time', 'evidence'])
const guardMetric = oneOf([...COUNT_METRICS, 'quality'])

const gate = object({
  question: optional(text({ maxLength: 500 })),
  deadlineMs: optional(interval),
  onDeadline: optional(oneOf(['approve', 'reject'])),
})

const stepRequest = object({
  name: optional(name),
  canaryPercent: optional(percent),
  mirrorPercent: optional(percent),
  observeMs: optional(duration),
  advance: optional(advance),
  deadlineMs: optional(interval),
  evaluation: optional(object({ suite: name, deadlineMs: optional(interval) })),
  gate: optional(gate),
})

const countGuardRequest = object({
  metric: oneOf(COUNT_METRICS),
  name: optional(name),
  tolerated: optional(number({ min: 0.5, max: 10 })),
  unacceptable: optional(number({ min: 1.01, max: 100 })),
  alphaWeight: optional(number({ min: 0.01, max: 100 })),
  limitMs: optional(number({ min: 0 })),
  isOptional: optional(flag),
})

const qualityGuardRequest = object({
  metric: oneOf(['quality']),
  name: optional(name),
  margin: optional(share),
  unacceptable: optional(share),
  alphaWeight: optional(number({ min: 0.01, max: 100 })),
})

type AnyGuard = Read<typeof guardMetric> | Read<typeof countGuardRequest> | Read<typeof qualityGuardRequest>

const guardRequest = choose((value): Reader<AnyGuard> => {
  if (typeof value === 'string') return guardMetric
  return isRecord(value) && value['metric'] === 'quality' ? qualityGuardRequest : countGuardRequest
})

const thresholds = object({
  maxErrorRate: optional(share),
  minSuccessRate: optional(share),
  maxMeanResponseMs: optional(number({ min: 1 })),
  windowMs: optional(interval),
  minRequests: optional(count),
})

/**
 * What starts a rollout: one JSON object in which only `model` and `version` are needed. An empty `thresholds` switches
 * on the usual ones (5 % errors, 95 % success, 3 s).
 */
export const rolloutRequest = object({
  model: text({ check: (value) => checkId('model', value) }),
  version: text({ maxLength: 200 }),
  strategy: optional(oneOf(STRATEGIES)),
  steps: optional(list(stepRequest, { minLength: 1, maxLength: MOST_STEPS })),
  startPercent: optional(number({ min: 0.01, max: 100 })),
  stepPercent: optional(number({ min: 1, max: 100 })),
  targetPercent: optional(number({ min: 0.01, max: 100 })),
  mirrorPercent: optional(number({ min: 0.01, max: 100 })),
  observeMs: optional(duration),
  stepMs: optional(duration),
  advance: optional(advance),
  deadlineMs: optional(interval),
  fullWithoutEvidence: optional(flag),
  guards: optional(list(guardRequest, { minLength: 1, maxLength: MOST_GUARDS })),
  thresholds: optional(thresholds),
  alpha: optional(errorRate),
  beta: optional(errorRate),
  negligibleRate: optional(number({ min: 0, max: 0.5 })),
  minCanaryRequests: optional(count),
  tripwireFailures: optional(count),
  readEveryMs: optional(interval),
  missingReadingsLimit: optional(number({ min: 1, max: 1000, isWhole: true })),
  prepareDeadlineMs: optional(interval),
  whenInconclusive: optional(oneOf(['hold', 'revert'])),
  holdMs: optional(interval),
  keepOldMs: optional(duration),
})

export type RolloutRequest = Read<typeof rolloutRequest>
export type StepRequest = NonNullable<RolloutRequest['steps']>[number]
export type GuardRequest = NonNullable<RolloutRequest['guards']>[number]
