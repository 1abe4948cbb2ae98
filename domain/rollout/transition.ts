import { become, endWithout, record, rollBack, unchanged } from './machine/change.ts'
import { obey } from './machine/command.ts'
import type { RolloutEvent, Transition } from './machine/events.ts'
import { missCounts, observeCounts } from './machine/measure.ts'
import { afterEvaluating, describeStep, enterStep, placeAt } from './machine/steps.ts'
import { tick } from './machine/tick.ts'
import { TIME_METRICS } from './guards.ts'
import { freshTry, isFinal, type RolloutState } from './state.ts'
import type { RolloutPlan } from './strategy.ts'

type Event<Kind extends RolloutEvent['kind']> = Extract<RolloutEvent, { kind: Kind }>

/** A rollout that begins: its version is to be prepared. `nowMs`: milliseconds since the epoch. */
export function startRollout(plan: RolloutPlan, by: string, nowMs: number): Transition {
  const { canaryVersion, model, stableVersion, strategy } = plan
  const text = `started ${strategy} of ${model} from ${stableVersion} to ${canaryVersion}`
  return {
    state: {
      plan,
      ...freshTry(plan, nowMs),
      tryNumber: 1,
      change: 0,
      history: [{ atMs: nowMs, by, text }],
      taken: [],
    },
    actions: [{ kind: 'prepare', version: canaryVersion }],
  }
}

/**
 * What a rollout becomes by an event, and what is to be done. Pure. Every event can come in every phase: what no longer
 * matters changes nothing, and a command that makes no sense is refused with a sentence.
 */
export function transition(state: RolloutState, event: RolloutEvent): Transition {
  if (event.kind === 'commanded') return obey(state, event)
  if (isFinal(state.stage)) return unchanged(state)
  switch (event.kind) {
    case 'prepared':
      return prepared(state, event)
    case 'preparing-failed':
      return state.stage.phase === 'preparing' ? fail(state, event) : unchanged(state)
    case 'shares-applied':
      return sharesApplied(state, event)
    case 'ticked':
      return tick(state, event.atMs)
    case 'counts-observed':
      return observeCounts(state, event)
    case 'counts-missing':
      return missCounts(state, event)
    case 'evaluation-finished':
      return evaluationFinished(state, event)
    case 'version-lost':
      return versionLost(state, event)
    case 'lease-lost':
      return leaseLost(state, event)
  }
}

/** Begins with the first step, once every guard over a time has its limit: without one it would see nothing. */
function prepared(state: RolloutState, { atMs, limitsMs }: Event<'prepared'>): Transition {
  if (state.stage.phase !== 'preparing') return unchanged(state)
  const own = state.plan.guards.flatMap((guard) =>
    guard.kind === 'count' && TIME_METRICS.includes(guard.metric)
      ? [[guard.name, guard.limitMs ?? limitsMs[guard.name]] as const]
      : [],
  )
  const lacking = own.find(([, limitMs]) => limitMs === undefined)
  if (lacking !== undefined) {
    const reason = `${lacking[0]} has no limit: the stable arm was not measured, so give the guard a limitMs or leave it out`
    return fail(state, { atMs, reason })
  }
  const limits = Object.fromEntries(
    own.flatMap(([name, limitMs]) => (limitMs === undefined ? [] : [[name, limitMs]])),
  )
  const begun = { ...state, limitsMs: limits, countFromMs: atMs, watermarkMs: atMs }
  return enterStep({ ...begun, nextReadingAtMs: atMs + state.plan.readEveryMs }, 0, atMs)
}

/** Only the last change counts: an answer to an earlier one comes too late to say anything. */
function sharesApplied(state: RolloutState, { atMs, change }: Event<'shares-applied'>): Transition {
  const { stage, plan } = state
  if (change !== state.change) return unchanged(state)
  switch (stage.phase) {
    case 'shifting':
      return become(state, { phase: 'observing', at: placeAt(state, stage.index, atMs) })
    case 'paused': {
      if (stage.stage.phase !== 'shifting') return unchanged(state)
      // As if it had been entered when the clock was stopped: resuming adds the pause.
      const at = placeAt(state, stage.stage.index, stage.pausedAtMs)
      return become(state, { ...stage, stage: { phase: 'observing', at } })
    }
    case 'promoting':
      return become(state, { phase: 'keeping-old', untilMs: atMs + plan.keepOldMs })
    case 'rolling-back': {
      const { cause, reason } = stage
      const recorded = record(state, atMs, `${plan.stableVersion} has all traffic again`)
      return endWithout(
        recorded,
        cause === 'operator' ? { phase: 'aborted', reason } : { phase: 'rolled-back', cause, reason },
      )
    }
    default:
      return unchanged(state)
  }
}

function evaluationFinished(state: RolloutState, event: Event<'evaluation-finished'>): Transition {
  const { stage } = state
  const inner = stage.phase === 'paused' ? stage.stage : stage
  const isAwaited =
    inner.phase === 'evaluating' && inner.at.index === event.index && state.tryNumber === event.tryNumber
  if (!isAwaited) return unchanged(state)
  const { atMs, hasPassed, summary, index } = event
  const text = `the evaluation of ${describeStep(state, index)} ${hasPassed ? 'passed' : 'failed'}: ${summary}`
  if (!hasPassed) return rollBack(state, atMs, { cause: 'evaluation', reason: text })
  const recorded = record(state, atMs, text)
  return stage.phase === 'paused'
    ? become(recorded, { ...stage, stage: { ...inner, hasPassed: true } })
    : afterEvaluating(recorded, inner.at, atMs)
}

function versionLost(state: RolloutState, { atMs, reason }: Event<'version-lost'>): Transition {
  if (state.stage.phase === 'rolling-back') return unchanged(state)
  if (state.stage.phase === 'preparing') return fail(state, { atMs, reason })
  return rollBack(state, atMs, { cause: 'version-lost', reason })
}

/** The shares belong to somebody else now, who puts them right: nothing is done. */
function leaseLost(state: RolloutState, { atMs, reason }: Event<'lease-lost'>): Transition {
  const recorded = record(state, atMs, `failed: the lease was lost: ${reason}`)
  return become(recorded, { phase: 'failed', reason: `the lease was lost: ${reason}` })
}

function fail(
  state: RolloutState,
  { atMs, reason }: { readonly atMs: number; readonly reason: string },
): Transition {
  return endWithout(record(state, atMs, `failed: ${reason}`), { phase: 'failed', reason })
}
