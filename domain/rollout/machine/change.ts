import { BY_ITSELF, type RollbackCause, type RolloutStage, type RolloutState } from '../state.ts'
import type { RolloutAction, Transition } from './events.ts'

/** The record keeps its newest entries: enough for every step, not for a script that pauses and resumes all night. */
const MOST_DECISIONS = 300
const MOST_TAKEN = 300

/** Nothing follows. */
export function unchanged(state: RolloutState): Transition {
  return { state, actions: [] }
}

/** Another stage, with what is to be done about it. */
export function become(
  state: RolloutState,
  stage: RolloutStage,
  actions: readonly RolloutAction[] = [],
): Transition {
  return { state: { ...state, stage }, actions }
}

/** Adds a sentence to the record. */
export function record(
  state: RolloutState,
  atMs: number,
  text: string,
  by: string = BY_ITSELF,
): RolloutState {
  return { ...state, history: [...state.history, { atMs, by, text }].slice(-MOST_DECISIONS) }
}

/** Remembers that a command was taken. */
export function take(state: RolloutState, requestId: string, command: string): RolloutState {
  return { ...state, taken: [...state.taken, { requestId, command }].slice(-MOST_TAKEN) }
}

/** Asks for other shares under the next change number. */
export function setShares(
  state: RolloutState,
  stage: RolloutStage,
  { canaryPercent, mirrorPercent }: { readonly canaryPercent: number; readonly mirrorPercent: number },
): Transition {
  const change = state.change + 1
  return {
    state: { ...state, stage, change, canaryPercent, mirrorPercent },
    actions: [{ kind: 'set-shares', change, canaryPercent, mirrorPercent }],
  }
}

/** Back to the last version that held 100 %. */
export function rollBack(
  state: RolloutState,
  atMs: number,
  { cause, reason, by }: { readonly cause: RollbackCause; readonly reason: string; readonly by?: string },
): Transition {
  const { stableVersion } = state.plan
  const change = state.change + 1
  const recorded = record(state, atMs, `rolling back to ${stableVersion}: ${reason}`, by)
  return {
    state: {
      ...recorded,
      stage: { phase: 'rolling-back', cause, reason },
      change,
      canaryPercent: 0,
      mirrorPercent: 0,
    },
    actions: [{ kind: 'revert', change, toVersion: stableVersion }],
  }
}

/** The end of a rollout that moved nothing, or has been put back: the version goes, the lease is free. */
export function endWithout(state: RolloutState, stage: RolloutStage): Transition {
  return become(state, stage, [
    { kind: 'unload', version: state.plan.canaryVersion },
    { kind: 'release-lease' },
  ])
}
