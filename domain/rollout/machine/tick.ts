import type { RolloutState, RolloutStage, StepPlace } from '../state.ts'
import { isFinal } from '../state.ts'
import { become, endWithout, record, rollBack, unchanged } from './change.ts'
import type { RolloutAction, Transition } from './events.ts'
import { afterEvaluating, afterObserving, describeStep, enterStep, missingForStep } from './steps.ts'

type At<Phase extends RolloutStage['phase']> = Extract<RolloutStage, { phase: Phase }>

/** Time has passed: deadlines, and the next reading. */
export function tick(state: RolloutState, atMs: number): Transition {
  const moved = moveOn(state, atMs)
  if (!isMeasured(moved.state.stage) || atMs < moved.state.nextReadingAtMs) return moved
  const { countFromMs, plan } = moved.state
  const reading: RolloutAction = { kind: 'read-counts', fromMs: countFromMs }
  return {
    state: { ...moved.state, nextReadingAtMs: atMs + plan.readEveryMs },
    actions: [...moved.actions, reading],
  }
}

/** Goes on as far as time and evidence allow. */
export function moveOn(state: RolloutState, atMs: number): Transition {
  const { stage } = state
  switch (stage.phase) {
    case 'preparing':
      return atMs < stage.deadlineAtMs ? unchanged(state) : neverReady(state, atMs)
    case 'observing':
      return afterObservation(state, stage.at, atMs)
    case 'analysing':
      return afterAnalysis(state, stage, atMs)
    case 'held':
      return afterHold(state, stage, atMs)
    case 'evaluating':
      return afterEvaluation(state, stage, atMs)
    case 'gated':
      return atMs < stage.deadlineAtMs ? unchanged(state) : gateExpired(state, stage.at, atMs)
    case 'keeping-old':
      return atMs < stage.untilMs ? unchanged(state) : settled(state, atMs)
    default:
      return unchanged(state)
  }
}

/** When a rollout next has to be told the time, in milliseconds since the epoch; `undefined` when it has ended. */
export function nextWakeAtMs({ stage, nextReadingAtMs }: RolloutState): number | undefined {
  if (isFinal(stage)) return undefined
  const times = isMeasured(stage) ? [nextReadingAtMs] : []
  if ('deadlineAtMs' in stage) times.push(stage.deadlineAtMs)
  if (stage.phase === 'observing') times.push(stage.at.observeUntilMs)
  if (stage.phase === 'keeping-old') times.push(stage.untilMs)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Whether counts are read: from the first shares on, until they are given back. */
export function isMeasured(stage: RolloutStage): boolean {
  return !isFinal(stage) && stage.phase !== 'preparing' && stage.phase !== 'rolling-back'
}

function neverReady(state: RolloutState, atMs: number): Transition {
  const reason = `${state.plan.canaryVersion} was not ready in time`
  return endWithout(record(state, atMs, `failed: ${reason}`), { phase: 'failed', reason })
}

function afterObservation(state: RolloutState, at: StepPlace, atMs: number): Transition {
  if (atMs < at.observeUntilMs) return unchanged(state)
  if (missingForStep(state, at).length === 0) return afterObserving(state, at, atMs)
  const deadlineMs = state.plan.steps[at.index]?.deadlineMs ?? 0
  const deadlineAtMs = at.observeUntilMs + deadlineMs
  return become(state, { phase: 'analysing', at, deadlineAtMs, isExtended: false })
}

/** Inconclusive is an outcome of its own: extended once, then as the plan says. */
function afterAnalysis(state: RolloutState, stage: At<'analysing'>, atMs: number): Transition {
  const { at, deadlineAtMs, isExtended } = stage
  const missing = missingForStep(state, at)
  if (missing.length === 0) return afterObserving(state, at, atMs)
  if (atMs < deadlineAtMs) return unchanged(state)
  const why = `${describeStep(state, at.index)} is inconclusive: ${missing.join('; ')}`
  if (!isExtended) {
    const deadlineMs = state.plan.steps[at.index]?.deadlineMs ?? 0
    const extended = { ...stage, deadlineAtMs: atMs + deadlineMs, isExtended: true }
    return become(record(state, atMs, `${why}; extended once`), extended)
  }
  if (state.plan.whenInconclusive === 'revert')
    return rollBack(state, atMs, { cause: 'inconclusive', reason: why })
  const holdUntilMs = atMs + state.plan.holdMs
  const held = record(state, atMs, `${why}; held for a person`)
  return become(held, { phase: 'held', at, deadlineAtMs: holdUntilMs }, [
    { kind: 'ask-person', question: `${why}. Promote, extend or abort?`, deadlineAtMs: holdUntilMs },
  ])
}

function afterHold(state: RolloutState, { at, deadlineAtMs }: At<'held'>, atMs: number): Transition {
  if (missingForStep(state, at).length === 0) return afterObserving(state, at, atMs)
  if (atMs < deadlineAtMs) return unchanged(state)
  const reason = `${describeStep(state, at.index)} stayed inconclusive and nobody decided in time`
  return rollBack(state, atMs, { cause: 'inconclusive', reason })
}

function afterEvaluation(state: RolloutState, stage: At<'evaluating'>, atMs: number): Transition {
  const { at, deadlineAtMs, hasPassed } = stage
  if (hasPassed === true) return afterEvaluating(state, at, atMs)
  if (atMs < deadlineAtMs) return unchanged(state)
  const reason = `the evaluation of ${describeStep(state, at.index)} did not finish in time`
  return rollBack(state, atMs, { cause: 'evaluation', reason })
}

function gateExpired(state: RolloutState, at: StepPlace, atMs: number): Transition {
  const byDefault = state.plan.steps[at.index]?.gate?.onDeadline ?? 'reject'
  const text = `nobody answered the gate of ${describeStep(state, at.index)} in time; its default is ${byDefault}`
  if (byDefault === 'approve') return enterStep(record(state, atMs, text), at.index + 1, atMs)
  return rollBack(state, atMs, { cause: 'gate', reason: text })
}

function settled(state: RolloutState, atMs: number): Transition {
  const { canaryVersion, stableVersion } = state.plan
  const recorded = record(state, atMs, `completed: ${canaryVersion} has all traffic`)
  return become(recorded, { phase: 'completed' }, [
    { kind: 'unload', version: stableVersion },
    { kind: 'release-lease' },
  ])
}
