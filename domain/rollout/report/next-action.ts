import { formatUtc } from '../../format-utc.ts'
import type { CommandName } from '../machine/events.ts'
import { describeStep, missingForStep } from '../machine/steps.ts'
import type { RolloutState, StepStage } from '../state.ts'

/** An update that somebody can send now. */
export interface OfferedUpdate {
  readonly name: CommandName
  /** What it takes beside `by`. */
  readonly input: Readonly<Record<string, string | number>>
  /** `goes on with the next step` */
  readonly effect: string
}

/** What happens next, and who may do something about it. */
export interface NextAction {
  /** A sentence. */
  readonly text: string
  /** The most likely first. */
  readonly updates: readonly OfferedUpdate[]
}

const ABORT = offer('abort', 'rolls back')
const PROMOTE = offer('promote', 'ends the step now')
const PROMOTE_FULL = offer('promote-full', 'gives the new version everything, at your risk')
const PAUSE = offer('pause', 'stops the clock; the guards go on')
const RESUME = offer('resume', 'starts the clock again')
const EXTEND = offer('extend', 'gives the step its time once more')
const RETRY = offer('retry', 'begins anew')

/** Says what a rollout does next and what a person can do. */
export function nextAction(state: RolloutState): NextAction {
  const { stage, plan } = state
  switch (stage.phase) {
    case 'preparing':
      return {
        text: `${plan.canaryVersion} is loaded, warmed and probed, until ${formatUtc(stage.deadlineAtMs)} at the latest.`,
        updates: [ABORT],
      }
    case 'paused':
      return {
        text: `Paused since ${formatUtc(stage.pausedAtMs)}; the guards go on.`,
        updates: [RESUME, ABORT],
      }
    case 'promoting':
      return { text: `All traffic goes to ${plan.canaryVersion}.`, updates: [ABORT] }
    case 'keeping-old':
      return {
        text: `${plan.stableVersion} stays loaded until ${formatUtc(stage.untilMs)}, for an instant return.`,
        updates: [ABORT],
      }
    case 'rolling-back':
      return { text: `${plan.stableVersion} gets all traffic back: ${stage.reason}`, updates: [] }
    case 'completed':
      return { text: 'Nothing: it has completed.', updates: [] }
    case 'rolled-back':
    case 'aborted':
    case 'failed':
      return { text: `${plan.stableVersion} has all traffic: ${stage.reason}`, updates: [RETRY] }
    default:
      return nextInStep(state, stage)
  }
}

function nextInStep(state: RolloutState, stage: StepStage): NextAction {
  if (stage.phase === 'shifting')
    return { text: `The shares of ${describeStep(state, stage.index)} are being set.`, updates: [ABORT] }
  const place = describeStep(state, stage.at.index)
  const missing = missingForStep(state, stage.at).join('; ')
  switch (stage.phase) {
    case 'observing': {
      const text = `${place} is observed until ${formatUtc(stage.at.observeUntilMs)}.`
      return { text, updates: [PAUSE, PROMOTE, PROMOTE_FULL, ABORT] }
    }
    case 'analysing': {
      const after = stage.isExtended ? 'then it is inconclusive for good' : 'then it is extended once'
      const text = `${place} waits until ${formatUtc(stage.deadlineAtMs)}, ${after}: ${missing}.`
      return { text, updates: [EXTEND, PROMOTE, PROMOTE_FULL, PAUSE, ABORT] }
    }
    case 'held': {
      const text = `${place} is inconclusive (${missing}). A person decides until ${formatUtc(stage.deadlineAtMs)}, then it is rolled back.`
      return { text, updates: [EXTEND, PROMOTE, PROMOTE_FULL, ABORT] }
    }
    case 'evaluating':
      return {
        text: `${place} is evaluated until ${formatUtc(stage.deadlineAtMs)}.`,
        updates: [PROMOTE, ABORT],
      }
    case 'gated':
      return nextAtGate(state, stage, place)
  }
}

function nextAtGate(
  { plan }: RolloutState,
  { at, deadlineAtMs }: Extract<StepStage, { phase: 'gated' }>,
  place: string,
): NextAction {
  const gate = plan.steps[at.index]?.gate
  const text = `${place} asks: ${gate?.question ?? ''} Until ${formatUtc(deadlineAtMs)}, then "${gate?.onDeadline ?? 'reject'}" is assumed.`
  const approve = { ...offer('decide-gate', 'goes on with the next step'), input: { decision: 'approve' } }
  const reject = { ...offer('decide-gate', 'rolls back'), input: { decision: 'reject' } }
  return { text, updates: [approve, reject, ABORT] }
}

function offer(name: CommandName, effect: string): OfferedUpdate {
  return { name, input: {}, effect }
}
