import {
  BY_ITSELF,
  freshTry,
  isFinal,
  type RolloutStage,
  type RolloutState,
  type StepStage,
} from '../state.ts'
import { become, endWithout, record, rollBack, setShares, take } from './change.ts'
import type { CommandName, RolloutCommand, RolloutEvent, Transition } from './events.ts'
import {
  afterEvaluating,
  afterObserving,
  describeStep,
  enterStep,
  missingEvidence,
  promoteFully,
} from './steps.ts'
import { shifted } from './shifted.ts'
import { moveOn } from './tick.ts'

type Commanded = Extract<RolloutEvent, { kind: 'commanded' }>

/** What a command leads to, or a sentence that says why it is not taken. */
type Outcome = Transition | string

/**
 * Takes an operator's command once for its request id. Sent again it changes nothing; the same id with another command
 * is refused, as is what makes no sense in the present phase.
 */
export function obey(state: RolloutState, event: Commanded): Transition {
  const { requestId, by, command } = event
  if (requestId.trim() === '') return refuse(state, '"requestId" must not be empty')
  if (by.trim() === '' || by === BY_ITSELF)
    return refuse(state, `"by" must name a person, not ${JSON.stringify(by)}`)
  const asJson = JSON.stringify(command)
  const earlier = state.taken.find((taken) => taken.requestId === requestId)
  if (earlier?.command === asJson) return { state, actions: [] }
  if (earlier !== undefined)
    return refuse(state, `request ${requestId} was another command: ${earlier.command}`)
  const noted = record(state, event.atMs, describeCommand(event), by)
  const outcome = HANDLERS[command.name](noted, event)
  if (typeof outcome === 'string') return refuse(state, outcome)
  return { ...outcome, state: take(outcome.state, requestId, asJson) }
}

const HANDLERS: Readonly<Record<CommandName, (state: RolloutState, event: Commanded) => Outcome>> = {
  pause,
  resume,
  promote,
  'promote-full': (state, { atMs }) =>
    stepStage(state.stage) === undefined ? cannot('promote-full', state.stage) : promoteFully(state, atMs),
  abort,
  retry,
  extend,
  'set-weight': (state, { command }) =>
    command.name === 'set-weight'
      ? setWeight(state, command.canaryPercent)
      : cannot('set-weight', state.stage),
  'decide-gate': (state, { command, atMs, by }) =>
    command.name === 'decide-gate'
      ? decideGate(state, command, atMs, by)
      : cannot('decide-gate', state.stage),
}

function pause(state: RolloutState, { atMs }: Commanded): Outcome {
  const { stage } = state
  if (stage.phase === 'paused') return become(state, stage)
  const pausable = stepStage(stage)
  if (pausable === undefined) return cannot('pause', stage)
  return become(state, { phase: 'paused', stage: pausable, pausedAtMs: atMs })
}

function resume(state: RolloutState, { atMs }: Commanded): Outcome {
  const { stage } = state
  if (stage.phase !== 'paused') return isFinal(stage) ? cannot('resume', stage) : 'the rollout is not paused'
  return moveOn({ ...state, stage: shifted(stage.stage, atMs - stage.pausedAtMs) }, atMs)
}

function promote(state: RolloutState, { atMs }: Commanded): Outcome {
  const { stage, plan } = state
  switch (stage.phase) {
    case 'observing':
    case 'analysing':
    case 'held': {
      const step = plan.steps[stage.at.index]
      const isLast = plan.steps[stage.at.index + 1]?.canaryPercent === 100
      const missing = step === undefined || !isLast ? [] : missingEvidence(state, step)
      if (missing.length === 0) return afterObserving(state, stage.at, atMs)
      return `the step to 100 % needs evidence (${missing.join('; ')}); promote-full takes the risk`
    }
    case 'evaluating':
      return afterEvaluating(state, stage.at, atMs)
    case 'gated':
      return 'a gate is open: decide-gate answers it'
    case 'paused':
      return 'the rollout is paused: resume it first'
    default:
      return cannot('promote', stage)
  }
}

function abort(state: RolloutState, { atMs, by, comment }: Commanded): Outcome {
  const { stage } = state
  const reason = comment === undefined ? `aborted by ${by}` : `aborted by ${by}: ${comment}`
  if (isFinal(stage) || stage.phase === 'rolling-back') return cannot('abort', stage)
  if (stage.phase === 'preparing') return endWithout(state, { phase: 'aborted', reason })
  return rollBack(state, atMs, { cause: 'operator', reason, by })
}

function retry(state: RolloutState, { atMs }: Commanded): Outcome {
  const { stage, plan, tryNumber } = state
  if (!isFinal(stage)) return `there is nothing to retry: the rollout is ${stage.phase}`
  if (stage.phase === 'completed') return cannot('retry', stage)
  const { recent: _, ...kept } = state
  return {
    state: { ...kept, ...freshTry(plan, atMs), tryNumber: tryNumber + 1 },
    actions: [{ kind: 'take-lease' }, { kind: 'prepare', version: plan.canaryVersion }],
  }
}

function extend(state: RolloutState, { atMs }: Commanded): Outcome {
  const { stage, plan } = state
  if (stage.phase !== 'analysing' && stage.phase !== 'held') return cannot('extend', stage)
  const deadlineAtMs = atMs + (plan.steps[stage.at.index]?.deadlineMs ?? 0)
  return become(state, { phase: 'analysing', at: stage.at, deadlineAtMs, isExtended: true })
}

function setWeight(state: RolloutState, canaryPercent: number): Outcome {
  const { stage, mirrorPercent } = state
  if (!(canaryPercent >= 0 && canaryPercent <= 100))
    return `"canaryPercent" must be a share from 0 to 100, not ${canaryPercent}`
  if (canaryPercent === 100) return 'promote-full gives the new version everything, set-weight does not'
  const inner = stepStage(stage)
  if (inner === undefined) return cannot('set-weight', stage)
  if (inner.phase === 'shifting') return 'the shares are being set at this moment: try again'
  if (mirrorPercent > 0) return 'this step only sends copies to the new version, it has no share to change'
  return setShares(state, stage, { canaryPercent, mirrorPercent })
}

function decideGate(
  state: RolloutState,
  { decision }: Extract<RolloutCommand, { name: 'decide-gate' }>,
  atMs: number,
  by: string,
): Outcome {
  const { stage } = state
  if (stage.phase === 'paused' && stage.stage.phase === 'gated')
    return 'the rollout is paused: resume it first'
  if (stage.phase !== 'gated') return isFinal(stage) ? cannot('decide-gate', stage) : 'no gate is open'
  if (atMs >= stage.deadlineAtMs) return 'the gate had to be answered earlier; its default stands'
  if (decision === 'approve') return enterStep(state, stage.at.index + 1, atMs)
  const reason = `${by} rejected the gate of ${describeStep(state, stage.at.index)}`
  return rollBack(state, atMs, { cause: 'gate', reason, by })
}

/** The step's own phase, paused or not. */
function stepStage(stage: RolloutStage): StepStage | undefined {
  switch (stage.phase) {
    case 'paused':
      return stage.stage
    case 'shifting':
    case 'observing':
    case 'analysing':
    case 'held':
    case 'evaluating':
    case 'gated':
      return stage
    default:
      return undefined
  }
}

function cannot(name: CommandName, stage: RolloutStage): string {
  if (isFinal(stage)) return `nothing is running: the rollout is ${stage.phase}, so it cannot ${name}`
  return `the rollout is ${stage.phase}, in which it cannot ${name}`
}

function refuse(state: RolloutState, refusal: string): Transition {
  return { state, actions: [], refusal }
}

function describeCommand({ command, comment }: Commanded): string {
  const { name, ...rest } = command
  const details = Object.values(rest).map(String)
  return [name, ...details].join(' ') + (comment === undefined ? '' : `: ${comment}`)
}
