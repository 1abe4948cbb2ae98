import { countGuard, DEFAULT_GUARDS, type Guard, qualityGuard } from '../guards.ts'
import { DEFAULT_THRESHOLDS, DEFAULT_TRIPWIRE_FAILURES } from '../evidence/thresholds.ts'
import type { Advance, Evaluation, Gate, RolloutPlan, RolloutStep } from '../strategy.ts'
import { DEFAULT_SETTINGS, KEEP_OLD_MS, type StepSettings, stepsOf } from './default-steps.ts'
import { DEFAULT_ERROR_RATE } from '../e-process.ts'
import type { GuardRequest, RolloutRequest, StepRequest } from './rollout-request.ts'
import { stepProblems } from './step-problems.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export type PlanResult =
  | { readonly ok: true; readonly plan: RolloutPlan }
  /** Sentences such as `steps.3.canaryPercent: must be more than 25, the step before it`. */
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Fills in everything that a request leaves open, and says what is wrong with the whole.
 * @param stableVersion the last version that held 100 %
 */
export function planRollout(request: RolloutRequest, stableVersion: string): PlanResult {
  const plan = fillIn(request, stableVersion)
  const problems = [
    ...(request.version === stableVersion
      ? [`version: ${request.version} has all traffic of ${request.model} already`]
      : []),
    ...guardProblems(plan.guards),
    ...stepProblems(plan, request.fullWithoutEvidence ?? false),
  ]
  return problems.length === 0 ? { ok: true, plan } : { ok: false, problems }
}

function fillIn(request: RolloutRequest, stableVersion: string): RolloutPlan {
  const strategy = request.strategy ?? 'canary'
  const settings = settingsOf(request)
  const asked = request.steps?.map((step) => stepOf(step, settings))
  const steps = asked ?? stepsOf(strategy, settings)
  return {
    model: request.model,
    stableVersion,
    canaryVersion: request.version,
    strategy,
    steps: request.fullWithoutEvidence === true ? steps : withEvidenceBeforeFull(steps),
    guards: request.guards?.map(guardOf) ?? DEFAULT_GUARDS,
    alpha: request.alpha ?? DEFAULT_ERROR_RATE,
    beta: request.beta ?? DEFAULT_ERROR_RATE,
    negligibleRate: request.negligibleRate ?? 0.005,
    minCanaryUnits: request.minCanaryRequests ?? 50,
    tripwireFailures: request.tripwireFailures ?? DEFAULT_TRIPWIRE_FAILURES,
    readEveryMs: request.readEveryMs ?? 10_000,
    missingReadingsLimit: request.missingReadingsLimit ?? 4,
    prepareDeadlineMs: request.prepareDeadlineMs ?? 30 * MINUTE_MS,
    whenInconclusive: request.whenInconclusive ?? 'hold',
    holdMs: request.holdMs ?? DAY_MS,
    keepOldMs: request.keepOldMs ?? KEEP_OLD_MS[strategy],
    ...(request.thresholds === undefined
      ? {}
      : { thresholds: { ...DEFAULT_THRESHOLDS, ...request.thresholds } }),
  }
}

function settingsOf(request: RolloutRequest): StepSettings {
  const defaults = DEFAULT_SETTINGS[request.strategy ?? 'canary']
  return {
    startPercent: request.startPercent ?? defaults.startPercent,
    stepPercent: request.stepPercent ?? defaults.stepPercent,
    targetPercent: request.targetPercent ?? defaults.targetPercent,
    mirrorPercent: request.mirrorPercent ?? defaults.mirrorPercent,
    observeMs: request.observeMs ?? defaults.observeMs,
    stepMs: request.stepMs ?? defaults.stepMs,
    advance: request.advance ?? defaults.advance,
    deadlineMs: request.deadlineMs ?? defaults.deadlineMs,
  }
}

function stepOf(request: StepRequest, settings: StepSettings): RolloutStep {
  const canaryPercent = request.canaryPercent ?? 0
  const mirrorPercent = request.mirrorPercent ?? 0
  const advance: Advance = request.advance ?? settings.advance
  return {
    name: request.name ?? (mirrorPercent > 0 ? `mirror ${mirrorPercent} %` : `${canaryPercent} %`),
    canaryPercent,
    mirrorPercent,
    observeMs: request.observeMs ?? settings.stepMs,
    advance,
    deadlineMs: request.deadlineMs ?? settings.deadlineMs,
    ...(request.evaluation === undefined ? {} : { evaluation: evaluationOf(request.evaluation) }),
    ...(request.gate === undefined ? {} : { gate: gateOf(request.gate) }),
  }
}

function evaluationOf({ suite, deadlineMs }: NonNullable<StepRequest['evaluation']>): Evaluation {
  return { suite, deadlineMs: deadlineMs ?? HOUR_MS }
}

function gateOf({ question, deadlineMs, onDeadline }: NonNullable<StepRequest['gate']>): Gate {
  return {
    question: question ?? 'Go on with the rollout?',
    deadlineMs: deadlineMs ?? DAY_MS,
    onDeadline: onDeadline ?? 'reject',
  }
}

function guardOf(request: GuardRequest): Guard {
  if (typeof request === 'string') return request === 'quality' ? qualityGuard() : countGuard(request)
  const { metric, name = metric, ...settings } = request
  return metric === 'quality'
    ? qualityGuard({ ...settings, name })
    : countGuard(metric, { ...settings, name })
}

/** All traffic needs evidence, which only the step before can have gathered. */
function withEvidenceBeforeFull(steps: readonly RolloutStep[]): readonly RolloutStep[] {
  return steps.map((step, index) =>
    steps[index + 1]?.canaryPercent === 100 ? { ...step, advance: 'evidence' } : step,
  )
}

function guardProblems(guards: readonly Guard[]): readonly string[] {
  const names = guards.map(({ name }) => name)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  const ratios = guards.flatMap((guard, index) =>
    guard.kind === 'count'
      ? guard.unacceptable > guard.tolerated
        ? []
        : [`guards.${index}.unacceptable: must be more than ${guard.tolerated}, which is tolerated`]
      : guard.unacceptable > guard.margin
        ? []
        : [`guards.${index}.unacceptable: must be more than ${guard.margin}, the margin`],
  )
  return [...twice.map((name) => `guards: ${name} is there twice; give each a name of its own`), ...ratios]
}
