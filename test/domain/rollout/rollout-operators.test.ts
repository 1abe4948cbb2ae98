import { describe, expect, it } from 'vitest'
import { nextWakeAtMs } from '../../../domain/rollout/machine/tick.ts'
import type { RolloutEvent } from '../../../domain/rollout/machine/events.ts'
import { startRollout, transition } from '../../../domain/rollout/transition.ts'
import {
  after,
  applied,
  begun,
  commanded,
  counts,
  HARMFUL,
  HOUR,
  LITTLE,
  MINUTE,
  phaseOf,
  planOf,
} from './rollouts.ts'

const tickAt = (atMs: number): RolloutEvent => ({ kind: 'ticked', atMs })

describe('a pause', () => {
  it('stops the clock of the step and not the guards', () => {
    const paused = after(begun(planOf()), commanded({ name: 'pause' }, MINUTE))
    expect(phaseOf(after(paused, counts(2 * MINUTE, HARMFUL)))).toBe('rolling-back')
    const resumed = after(paused, commanded({ name: 'resume' }, HOUR))
    expect(resumed.stage).toMatchObject({ phase: 'observing', at: { observeUntilMs: HOUR + 4 * MINUTE } })
  })

  it('gives a step that began in it its whole time', () => {
    const shifting = after(startRollout(planOf(), 'ana', 0).state, {
      kind: 'prepared',
      atMs: 0,
      limitsMs: {},
    })
    const resumed = after(
      shifting,
      commanded({ name: 'pause' }, 1000),
      (state) => applied(state, 2000),
      commanded({ name: 'resume' }, HOUR),
    )
    expect(resumed.stage).toMatchObject({ phase: 'observing', at: { observeUntilMs: HOUR + 5 * MINUTE } })
  })
})

describe('operators', () => {
  it('are named in the record', () => {
    const state = after(
      begun(planOf()),
      commanded({ name: 'set-weight', canaryPercent: 12 }, 7, { by: 'bo' }),
    )
    expect(state.history.at(-1)).toEqual({ atMs: 7, by: 'bo', text: 'set-weight 12' })
    expect(state.canaryPercent).toBe(12)
  })

  it('are refused under no name, under ours, and with an id that was another command', () => {
    const state = begun(planOf())
    const refusal = (given: { requestId?: string; by?: string }) =>
      transition(state, commanded({ name: 'pause' }, 1, given)).refusal
    expect(refusal({ by: ' ' })).toBe('"by" must name a person, not " "')
    expect(refusal({ by: 'switchyard' })).toMatch(/must name a person/)
    expect(refusal({ requestId: '' })).toBe('"requestId" must not be empty')
    const taken = after(state, commanded({ name: 'pause' }, 1, { requestId: 'r1' }))
    expect(transition(taken, commanded({ name: 'resume' }, 2, { requestId: 'r1' })).refusal).toBe(
      'request r1 was another command: {"name":"pause"}',
    )
  })

  it('go further than the next step would, and it does not go back', () => {
    const ahead = after(begun(planOf()), commanded({ name: 'set-weight', canaryPercent: 40 }, 1))
    expect(after(ahead, counts(6 * MINUTE, LITTLE)).canaryPercent).toBe(40)
  })

  it('hear that nothing is running once it has ended', () => {
    const ended = after(begun(planOf()), commanded({ name: 'abort' }, 1), (state) => applied(state, 2))
    expect(transition(ended, commanded({ name: 'promote' }, 3)).refusal).toBe(
      'nothing is running: the rollout is aborted, so it cannot promote',
    )
  })

  it('begin anew with a retry, with no evidence of the try before', () => {
    const ended = after(begun(planOf()), counts(1, HARMFUL), (state) => applied(state, 2))
    const { state, actions } = transition(ended, commanded({ name: 'retry' }, 3))
    expect(actions).toEqual([{ kind: 'take-lease' }, { kind: 'prepare', version: 'v2' }])
    expect([state.tryNumber, state.evidence, state.countFromMs]).toEqual([2, [], 3])
  })
})

describe('time', () => {
  it('is asked for at the next reading or deadline', () => {
    const state = begun(planOf())
    expect(nextWakeAtMs(state)).toBe(10_000)
    expect(transition(state, tickAt(9999))).toEqual({ state, actions: [] })
    const { state: read, actions } = transition(state, tickAt(10_000))
    expect(actions).toEqual([{ kind: 'read-counts', fromMs: 0 }])
    expect(nextWakeAtMs(read)).toBe(20_000)
  })

  it('is not asked for once the rollout has ended, or while only its shares are awaited', () => {
    const back = after(begun(planOf()), counts(1, HARMFUL))
    expect(nextWakeAtMs(back)).toBeUndefined()
    expect(nextWakeAtMs(after(back, applied(back, 2)))).toBeUndefined()
  })
})
