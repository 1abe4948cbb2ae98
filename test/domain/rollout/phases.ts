import type { RolloutEvent } from '../../../domain/rollout/machine/events.ts'
import type { RolloutState } from '../../../domain/rollout/state.ts'
import { startRollout } from '../../../domain/rollout/transition.ts'
import {
  after,
  applied,
  commanded,
  counts,
  DAY,
  HARMFUL,
  HARMLESS,
  HOUR,
  LITTLE,
  MINUTE,
  planOf,
} from './rollouts.ts'

const plan = planOf({
  strategy: 'canary',
  steps: [
    {
      canaryPercent: 5,
      observeMs: MINUTE,
      advance: 'evidence',
      deadlineMs: HOUR,
      evaluation: { suite: 'basics' },
      gate: {},
    },
    { canaryPercent: 50, observeMs: MINUTE, deadlineMs: HOUR },
    { canaryPercent: 100 },
  ],
})

/** When everything that the states below wait for is still to come. */
export const SOON = 6 * HOUR
/** When every deadline of theirs has passed. */
export const LATE = 10 * DAY

const toShares = (atMs: number) => (state: RolloutState) => applied(state, atMs)
const pass = (state: RolloutState): RolloutEvent => ({
  kind: 'evaluation-finished',
  atMs: SOON,
  index: 0,
  tryNumber: state.tryNumber,
  hasPassed: true,
  summary: 'all good',
})

const preparing = {
  ...startRollout(plan, 'ana', 0).state,
  stage: { phase: 'preparing', deadlineAtMs: DAY },
} as const
const shifting = after(preparing, { kind: 'prepared', atMs: SOON, limitsMs: {} })
const observing = after(shifting, toShares(SOON))
const analysing = after(observing, counts(SOON + MINUTE, LITTLE))
const extended = after(analysing, { kind: 'ticked', atMs: SOON + MINUTE + HOUR })
const held = after(extended, { kind: 'ticked', atMs: SOON + MINUTE + 2 * HOUR })
const evaluating = after(observing, counts(SOON + MINUTE, HARMLESS))
const gated = after(evaluating, pass)
const pause = (state: RolloutState): RolloutState => after(state, commanded({ name: 'pause' }, SOON))
const promoting = after(observing, commanded({ name: 'promote-full' }, SOON))
const keepingOld = after(promoting, toShares(SOON))
const rollingBack = after(observing, counts(SOON, HARMFUL))
const aborting = after(observing, commanded({ name: 'abort' }, SOON))

/** A state of every phase, reached by events, and every phase that can be paused in a pause. */
export const STATES: Readonly<Record<string, RolloutState>> = {
  preparing,
  shifting,
  observing,
  analysing,
  extended,
  held,
  evaluating,
  gated,
  'paused(shifting)': pause(shifting),
  'paused(observing)': pause(observing),
  'paused(analysing)': pause(analysing),
  'paused(held)': pause(held),
  'paused(evaluating)': pause(evaluating),
  'paused(gated)': pause(gated),
  promoting,
  'keeping-old': keepingOld,
  'rolling-back': rollingBack,
  aborting,
  completed: after(keepingOld, { kind: 'ticked', atMs: LATE }),
  'rolled-back': after(rollingBack, toShares(SOON)),
  aborted: after(aborting, toShares(SOON)),
  failed: after(preparing, { kind: 'preparing-failed', atMs: SOON, reason: 'no node has room' }),
}

/** Every event and command, soon after the states above. */
export const EVENTS: Readonly<Record<string, (state: RolloutState) => RolloutEvent>> = {
  prepared: () => ({ kind: 'prepared', atMs: SOON, limitsMs: {} }),
  'preparing-failed': () => ({ kind: 'preparing-failed', atMs: SOON, reason: 'the probe failed' }),
  'shares-applied': toShares(SOON),
  'stale shares-applied': (state) => ({ kind: 'shares-applied', atMs: SOON, change: state.change - 1 }),
  'ticked soon': () => ({ kind: 'ticked', atMs: SOON - 1 }),
  'ticked late': () => ({ kind: 'ticked', atMs: LATE }),
  'harmless counts': () => counts(SOON + 3 * HOUR, HARMLESS),
  'harmful counts': () => counts(SOON + 3 * HOUR, HARMFUL),
  'counts-missing': () => ({ kind: 'counts-missing', atMs: SOON, reason: 'the query failed' }),
  'evaluation passed': pass,
  'evaluation failed': (state) => ({ ...pass(state), hasPassed: false }),
  'evaluation of another try': (state) => ({ ...pass(state), tryNumber: state.tryNumber - 1 }),
  'version-lost': () => ({ kind: 'version-lost', atMs: SOON, reason: 'the node died' }),
  'lease-lost': () => ({ kind: 'lease-lost', atMs: SOON, reason: 'it expired' }),
  pause: () => commanded({ name: 'pause' }, SOON + 1),
  resume: () => commanded({ name: 'resume' }, SOON + 1),
  promote: () => commanded({ name: 'promote' }, SOON + 1),
  'promote-full': () => commanded({ name: 'promote-full' }, SOON + 1),
  abort: () => commanded({ name: 'abort' }, SOON + 1),
  retry: () => commanded({ name: 'retry' }, SOON + 1),
  extend: () => commanded({ name: 'extend' }, SOON + 1),
  'set-weight 30': () => commanded({ name: 'set-weight', canaryPercent: 30 }, SOON + 1),
  'set-weight 100': () => commanded({ name: 'set-weight', canaryPercent: 100 }, SOON + 1),
  'set-weight 101': () => commanded({ name: 'set-weight', canaryPercent: 101 }, SOON + 1),
  approve: () => commanded({ name: 'decide-gate', decision: 'approve' }, SOON + 1),
  reject: () => commanded({ name: 'decide-gate', decision: 'reject' }, SOON + 1),
}
