import { describe, expect, it } from 'vitest'
import type { RolloutEvent } from '../../../domain/rollout/machine/events.ts'
import { nextWakeAtMs } from '../../../domain/rollout/machine/tick.ts'
import type { RolloutState } from '../../../domain/rollout/state.ts'
import { startRollout, transition } from '../../../domain/rollout/transition.ts'
import {
  after,
  applied,
  begun,
  commanded,
  counts,
  DAY,
  errorCounts,
  HARMFUL,
  HARMLESS,
  HOUR,
  LITTLE,
  MINUTE,
  phaseOf,
  planOf,
} from './rollouts.ts'

const tickAt = (atMs: number): RolloutEvent => ({ kind: 'ticked', atMs })
const missing = (atMs: number): RolloutEvent => ({ kind: 'counts-missing', atMs, reason: 'no answer' })

/** Reads the same healthy counts a minute apart until the rollout ends or an hour is over; the shares it went through. */
function course(
  start: RolloutState,
  stepMs = MINUTE,
): { readonly state: RolloutState; readonly shares: number[] } {
  const shares = [start.canaryPercent]
  let state = start
  for (let atMs = stepMs; atMs <= HOUR && !['completed', 'held'].includes(phaseOf(state)); atMs += stepMs) {
    const grown = errorCounts(
      0.5,
      [Math.floor(atMs / 1000), atMs / 100],
      [Math.floor(atMs / 1000), atMs / 100],
    )
    const { state: next, actions } = transition(state, counts(atMs, grown))
    const change = actions.find(({ kind }) => kind === 'set-shares')
    state = change === undefined ? next : after(next, applied(next, atMs))
    if (change !== undefined) shares.push(next.canaryPercent)
  }
  return { state, shares }
}

describe('a healthy version', () => {
  it('goes from 5 % by 10 % a minute to everything as a canary', () => {
    const { state, shares } = course(begun(planOf()))
    expect(shares).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 100])
    expect(phaseOf(state)).toBe('completed')
    expect(state.history.at(-1)?.text).toBe('completed: v2 has all traffic')
  })

  it('goes in ten equal steps when it is rolled', () => {
    const { shares } = course(begun(planOf({ strategy: 'rolling' })), 30_000)
    expect(shares).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
  })

  it('is only watched as a shadow, and gets no copies afterwards', () => {
    const { state, shares } = course(begun(planOf({ strategy: 'shadow' })))
    expect(shares).toEqual([0, 0])
    expect(phaseOf(state)).toBe('completed')
    expect([state.canaryPercent, state.mirrorPercent]).toEqual([0, 0])
  })

  it('is mirrored and then gets everything at once as the green one', () => {
    const { state, shares } = course(begun(planOf({ strategy: 'blue-green' })))
    expect(shares).toEqual([0, 100])
    expect(phaseOf(state)).toBe('completed')
  })

  it('keeps its share when that was the target, and the old one stays too', () => {
    const { state } = course(begun(planOf({ targetPercent: 50 })))
    expect(phaseOf(state)).toBe('completed')
    expect(state.canaryPercent).toBe(50)
  })
})

describe('the last step', () => {
  const plan = planOf({
    strategy: 'rolling',
    steps: [{ canaryPercent: 50, observeMs: MINUTE }, { canaryPercent: 100 }],
  })

  it('waits for evidence although the steps end by time', () => {
    expect(phaseOf(after(begun(plan), counts(2 * MINUTE, LITTLE)))).toBe('analysing')
    expect(phaseOf(after(begun(plan), counts(2 * MINUTE, HARMLESS)))).toBe('promoting')
  })

  it('cannot be taken by promote without evidence, only by promote-full', () => {
    const state = after(begun(plan), counts(MINUTE, LITTLE))
    const { refusal } = transition(state, commanded({ name: 'promote' }, MINUTE))
    expect(refusal).toMatch(
      /needs evidence \(errors: evidence of safety .* of 20\.0\); promote-full takes the risk/,
    )
    expect(phaseOf(after(state, commanded({ name: 'promote-full' }, MINUTE)))).toBe('promoting')
  })

  it('goes by time when the operator has said so', () => {
    const risky = planOf({
      strategy: 'rolling',
      fullWithoutEvidence: true,
      steps: [{ canaryPercent: 50, observeMs: MINUTE }, { canaryPercent: 100 }],
    })
    expect(phaseOf(after(begun(risky), counts(2 * MINUTE, LITTLE)))).toBe('promoting')
  })

  it('keeps the old version loaded, so that aborting returns at once', () => {
    const full = after(begun(plan), commanded({ name: 'promote-full' }, 0), (state) => applied(state, 0))
    expect(nextWakeAtMs({ ...full, nextReadingAtMs: Infinity })).toBe(plan.keepOldMs)
    const { state, actions } = transition(full, commanded({ name: 'abort' }, 1))
    expect(actions).toEqual([{ kind: 'revert', change: 3, toVersion: 'v1' }])
    expect(phaseOf(after(state, applied(state, 2)))).toBe('aborted')
  })

  it('unloads the old version when its time is over', () => {
    const full = after(begun(plan), commanded({ name: 'promote-full' }, 0), (state) => applied(state, 0))
    expect(transition(full, tickAt(plan.keepOldMs)).actions).toEqual([
      { kind: 'unload', version: 'v1' },
      { kind: 'release-lease' },
    ])
  })
})

describe('missing data', () => {
  it('never ends a step, not even by time', () => {
    const state = after(begun(planOf()), tickAt(6 * MINUTE))
    expect(phaseOf(state)).toBe('analysing')
    const none = errorCounts(0.05, [0, 0], [3, 500])
    expect(phaseOf(after(state, counts(7 * MINUTE, none)))).toBe('analysing')
  })

  it('does not end a step by requests of the step before', () => {
    const second = after(begun(planOf()), counts(6 * MINUTE, LITTLE), (state) => applied(state, 6 * MINUTE))
    expect(second.canaryPercent).toBe(15)
    expect(phaseOf(after(second, counts(8 * MINUTE, LITTLE)))).toBe('analysing')
  })

  it('waits until the whole step was measured', () => {
    const early = { ...counts(6 * MINUTE, LITTLE), watermarkMs: 4 * MINUTE }
    expect(phaseOf(after(begun(planOf()), early))).toBe('analysing')
  })

  it('rolls back after four readings in a row without counts', () => {
    const three = after(begun(planOf()), missing(1), missing(2), missing(3))
    expect(phaseOf(three)).toBe('observing')
    expect(phaseOf(after(three, missing(4)))).toBe('rolling-back')
    expect(phaseOf(after(three, counts(4, LITTLE), missing(5)))).toBe('observing')
  })

  it('counts a reading without one of the guards as missing', () => {
    const state = after(begun(planOf()), counts(1, []))
    expect(state.missingReadings).toBe(1)
    expect(state.history.at(-1)?.text).toMatch(/nothing was counted for errors/)
  })

  it('fails a rollout whose latency guard has no limit to compare with', () => {
    const plan = planOf({ guards: ['time-to-first-token'] })
    const state = after(startRollout(plan, 'ana', 0).state, { kind: 'prepared', atMs: 1, limitsMs: {} })
    expect(state.stage).toMatchObject({
      phase: 'failed',
      reason: expect.stringMatching(/time-to-first-token has no limit/),
    })
    const measured = after(startRollout(plan, 'ana', 0).state, {
      kind: 'prepared',
      atMs: 1,
      limitsMs: { 'time-to-first-token': 900 },
    })
    expect(measured.limitsMs).toEqual({ 'time-to-first-token': 900 })
  })
})

describe('an inconclusive step', () => {
  const plan = planOf({ advance: 'evidence', holdMs: DAY })
  const atDeadline = 5 * MINUTE + HOUR

  it('is extended once, held for a person, and reverted when nobody decides', () => {
    const waiting = after(begun(plan), counts(5 * MINUTE, LITTLE))
    const extended = after(waiting, tickAt(atDeadline))
    expect(extended.stage).toMatchObject({
      phase: 'analysing',
      isExtended: true,
      deadlineAtMs: atDeadline + HOUR,
    })
    const { state: held, actions } = transition(extended, tickAt(atDeadline + HOUR))
    expect(phaseOf(held)).toBe('held')
    expect(actions[0]).toMatchObject({ kind: 'ask-person', deadlineAtMs: atDeadline + HOUR + DAY })
    const reverted = after(held, tickAt(atDeadline + HOUR + DAY))
    expect(reverted.stage).toMatchObject({ phase: 'rolling-back', cause: 'inconclusive' })
  })

  it('is reverted at once where the plan says so', () => {
    const strict = planOf({ advance: 'evidence', whenInconclusive: 'revert' })
    const state = after(
      begun(strict),
      counts(5 * MINUTE, LITTLE),
      tickAt(atDeadline),
      tickAt(atDeadline + HOUR),
    )
    expect(state.stage).toMatchObject({ phase: 'rolling-back', cause: 'inconclusive' })
  })

  it('goes on by itself when the evidence comes while it is held', () => {
    const held = after(begun(plan), counts(5 * MINUTE, LITTLE), tickAt(atDeadline), tickAt(atDeadline + HOUR))
    expect(phaseOf(after(held, counts(atDeadline + 2 * HOUR, HARMLESS)))).toBe('shifting')
  })

  it('gets its time once more when a person extends it', () => {
    const waiting = after(begun(plan), counts(5 * MINUTE, LITTLE), commanded({ name: 'extend' }, HOUR))
    expect(waiting.stage).toMatchObject({ phase: 'analysing', deadlineAtMs: 2 * HOUR, isExtended: true })
  })
})

describe('harm', () => {
  it('is told with its figures', () => {
    const { stage } = after(begun(planOf()), counts(1, HARMFUL))
    expect(stage).toMatchObject({
      cause: 'guard',
      reason: expect.stringMatching(
        /^errors: evidence of harm .*, more than 20\.0 \(60 bad of 1000 on the canary, 1 of 1000/,
      ),
    })
  })

  it('is a total outage after ten failures in a row, without statistics', () => {
    const recent = { requests: 10, errors: 10, successes: 0, meanResponseMs: 5, failuresInARow: 10 }
    const state = after(begun(planOf()), { ...counts(1, LITTLE), recent })
    expect(state.stage).toMatchObject({ phase: 'rolling-back', cause: 'tripwire' })
    const off = after(begun(planOf({ tripwireFailures: 0 })), { ...counts(1, LITTLE), recent })
    expect(phaseOf(off)).toBe('observing')
  })

  it('is a broken plain limit only where the plan has limits', () => {
    const recent = { requests: 100, errors: 6, successes: 94, meanResponseMs: 5, failuresInARow: 0 }
    expect(phaseOf(after(begun(planOf()), { ...counts(1, LITTLE), recent }))).toBe('observing')
    const limited = after(begun(planOf({ thresholds: {} })), { ...counts(1, LITTLE), recent })
    expect(limited.stage).toMatchObject({ cause: 'threshold', reason: '6.0 % errors, more than 5.0 %' })
  })

  it('is seen in scores, each pair bet on once however often it is read', () => {
    const plan = planOf({ guards: ['quality'] })
    const quality = { from: 0, differences: Array.from({ length: 40 }, () => -0.3) }
    const once = after(begun(plan), { ...counts(1, []), quality: { ...quality, differences: [-0.3, -0.3] } })
    const twice = after(once, { ...counts(2, []), quality: { from: 1, differences: [-0.3] } })
    expect(twice.bets).toEqual(once.bets)
    expect(after(once, { ...counts(2, []), quality: { from: 3, differences: [0.3] } }).bets.pairs).toBe(2)
    expect(phaseOf(after(begun(plan), { ...counts(1, []), quality }))).toBe('rolling-back')
  })

  it('does not come from a reading that is older than the last', () => {
    const state = after(begun(planOf()), counts(2 * MINUTE, LITTLE))
    expect(after(state, counts(MINUTE, HARMFUL))).toBe(state)
  })
})
