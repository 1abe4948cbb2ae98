import { missingForPromotion } from '../evidence/judge.ts'
import { canaryUnits, type RolloutState, type StepPlace } from '../state.ts'
import { hasTraffic, MIN_UNITS_PER_STEP, type RolloutStep } from '../strategy.ts'
import { become, endWithout, record, setShares } from './change.ts'
import type { Transition } from './events.ts'

/** Goes on with step `index`, or ends when there is none. */
export function enterStep(state: RolloutState, index: number, atMs: number): Transition {
  const step = state.plan.steps[index]
  if (step === undefined) return complete(state, atMs)
  if (step.canaryPercent === 100) return promoteFully(state, atMs)
  // An operator may have gone further already.
  const canaryPercent = step.canaryPercent === 0 ? 0 : Math.max(step.canaryPercent, state.canaryPercent)
  const { mirrorPercent } = step
  const recorded = record(state, atMs, `${describeStep(state, index)}: setting the shares`)
  return setShares(recorded, { phase: 'shifting', index }, { canaryPercent, mirrorPercent })
}

/** Everything to the new version. */
export function promoteFully(state: RolloutState, atMs: number, by?: string): Transition {
  const recorded = record(state, atMs, `all traffic to ${state.plan.canaryVersion}`, by)
  return setShares(recorded, { phase: 'promoting' }, { canaryPercent: 100, mirrorPercent: 0 })
}

/** What a step begins with once its shares are in force. */
export function placeAt(state: RolloutState, index: number, atMs: number): StepPlace {
  const observeMs = state.plan.steps[index]?.observeMs ?? 0
  const unitsBefore = canaryUnits(state)
  return { index, enteredAtMs: atMs, observeUntilMs: atMs + observeMs, unitsBefore }
}

/** What a step lacks before it can end by itself, a sentence each; its time is not looked at. */
export function missingForStep(state: RolloutState, at: StepPlace): readonly string[] {
  const step = state.plan.steps[at.index]
  if (step === undefined || !hasTraffic(step)) return []
  return [...missingMeasurements(state, at), ...missingEvidence(state, step)]
}

/** What the evidence lacks where a step needs it. */
export function missingEvidence(
  { evidence, plan }: Pick<RolloutState, 'evidence' | 'plan'>,
  { advance }: Pick<RolloutStep, 'advance'>,
): readonly string[] {
  return advance === 'time' ? [] : missingForPromotion(evidence, plan)
}

/** The step has been observed long enough: its evaluation, else its gate, else the next step. */
export function afterObserving(state: RolloutState, at: StepPlace, atMs: number): Transition {
  const evaluation = state.plan.steps[at.index]?.evaluation
  if (evaluation === undefined) return afterEvaluating(state, at, atMs)
  const deadlineAtMs = atMs + evaluation.deadlineMs
  const { tryNumber } = state
  return become(state, { phase: 'evaluating', at, deadlineAtMs }, [
    { kind: 'evaluate', index: at.index, tryNumber, suite: evaluation.suite },
  ])
}

/** What follows when a step's evaluation has passed, or there is none. */
export function afterEvaluating(state: RolloutState, at: StepPlace, atMs: number): Transition {
  const gate = state.plan.steps[at.index]?.gate
  if (gate === undefined) return enterStep(state, at.index + 1, atMs)
  const deadlineAtMs = atMs + gate.deadlineMs
  const { question } = gate
  return become(state, { phase: 'gated', at, deadlineAtMs }, [{ kind: 'ask-person', question, deadlineAtMs }])
}

/** `step 2 of 11 (15 %)` */
export function describeStep({ plan }: Pick<RolloutState, 'plan'>, index: number): string {
  return `step ${index + 1} of ${plan.steps.length} (${plan.steps[index]?.name ?? 'none'})`
}

function missingMeasurements(state: RolloutState, at: StepPlace): readonly string[] {
  const units = canaryUnits(state) - at.unitsBefore
  if (units < MIN_UNITS_PER_STEP) return ['no canary request was measured in this step']
  return state.watermarkMs < at.observeUntilMs ? ['the step is not wholly measured yet'] : []
}

/** Ends at the share of the last step. A version that only got copies gets none any more, and goes. */
function complete(state: RolloutState, atMs: number): Transition {
  const { canaryVersion, stableVersion } = state.plan
  if (state.canaryPercent > 0) {
    const recorded = record(state, atMs, `completed: ${canaryVersion} keeps ${state.canaryPercent} %`)
    return become(recorded, { phase: 'completed' }, [{ kind: 'release-lease' }])
  }
  const recorded = record(
    state,
    atMs,
    `completed: ${canaryVersion} was only watched, ${stableVersion} keeps 100 %`,
  )
  const none = setShares(recorded, { phase: 'completed' }, { canaryPercent: 0, mirrorPercent: 0 })
  const ended = endWithout(none.state, { phase: 'completed' })
  return { state: ended.state, actions: [...none.actions, ...ended.actions] }
}
