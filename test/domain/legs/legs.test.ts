import {
  agreedWithWinner,
  beginLegs,
  type LegEvent,
  type LegStep,
  patienceMs,
  transition,
} from '../../../domain/legs/legs.ts'
import { describe, expect, it } from 'vitest'
import type { LegRule } from '../../../domain/legs/strategy.ts'

const HEDGE: LegRule = { kind: 'hedge', legs: 3, afterMs: 2000 }
const RACE: LegRule = { kind: 'race', legs: 3 }
const CONSENSUS: LegRule = { kind: 'consensus', legs: 3, agree: 2 }

const failed = (leg: number): LegEvent => ({ type: 'leg-failed', leg })
const good = (leg: number, key?: string): LegEvent => ({
  type: 'leg-answered',
  leg,
  verdict: { isGood: true, ...(key === undefined ? {} : { key }) },
})
const poor = (leg: number): LegEvent => ({ type: 'leg-answered', leg, verdict: { isGood: false } })
const PATIENCE_ENDED: LegEvent = { type: 'patience-ended' }
const CANCELLED: LegEvent = { type: 'call-cancelled' }

/** The last step after these events. */
function after(rule: LegRule, events: readonly LegEvent[], models: number = rule.legs): LegStep {
  return events.reduce((step, event) => transition(step.state, event), beginLegs(rule, models))
}

describe('a hedge', () => {
  it('begins with the best model alone', () => {
    expect(beginLegs(HEDGE, 3).start).toEqual([0])
  })

  it('asks one more when its patience ends', () => {
    expect(after(HEDGE, [PATIENCE_ENDED]).start).toEqual([1])
    expect(after(HEDGE, [PATIENCE_ENDED, PATIENCE_ENDED]).start).toEqual([2])
    expect(after(HEDGE, [PATIENCE_ENDED, PATIENCE_ENDED, PATIENCE_ENDED]).start).toEqual([])
  })

  it('asks one more at once when a leg fails or refuses', () => {
    expect(after(HEDGE, [failed(0)]).start).toEqual([1])
    expect(after(HEDGE, [poor(0)]).start).toEqual([1])
  })

  it('is patient only while there is somebody left to ask', () => {
    expect(patienceMs(beginLegs(HEDGE, 3).state)).toBe(2000)
    expect(patienceMs(beginLegs(HEDGE, 1).state)).toBeUndefined()
    expect(patienceMs(after(HEDGE, [good(0)]).state)).toBeUndefined()
    expect(patienceMs(beginLegs(RACE, 3).state)).toBeUndefined()
  })

  it('stops the leg that is not needed when another one answers', () => {
    const { state, start, cancel } = after(HEDGE, [PATIENCE_ENDED, good(1)])
    expect({ state, start, cancel }).toMatchObject({
      state: { phase: 'won', winner: 1 },
      start: [],
      cancel: [0],
    })
  })
})

describe('a race', () => {
  it('begins with all legs that there are models for', () => {
    expect(beginLegs(RACE, 3).start).toEqual([0, 1, 2])
    expect(beginLegs(RACE, 2).start).toEqual([0, 1])
    expect(beginLegs(RACE, 9).start).toEqual([0, 1, 2])
  })

  it('is won by the first good answer', () => {
    const { state, cancel } = after(RACE, [failed(0), good(2)])
    expect(state).toMatchObject({ phase: 'won', winner: 2 })
    expect(cancel).toEqual([1])
  })

  it('takes a refusal only when nothing better comes, and then the best model’s', () => {
    expect(after(RACE, [poor(2), poor(1)]).state.phase).toBe('asking')
    expect(after(RACE, [poor(2), poor(1), good(0)]).state).toMatchObject({ phase: 'won', winner: 0 })
    expect(after(RACE, [poor(2), poor(1), failed(0)]).state).toMatchObject({ phase: 'won', winner: 1 })
  })

  it('is lost when every leg has failed', () => {
    const { state } = after(RACE, [failed(0), failed(2), failed(1)])
    expect(state).toMatchObject({ phase: 'lost', isCancelled: false })
  })
})

describe('a consensus', () => {
  it('is won as soon as enough legs say the same, and stops the others', () => {
    const { state, cancel } = after(CONSENSUS, [good(2, 'yes'), good(1, 'yes')])
    expect(state).toMatchObject({ phase: 'won', winner: 1 })
    expect(cancel).toEqual([0])
    expect([0, 1, 2].map((leg) => agreedWithWinner(state, leg))).toEqual([false, true, true])
  })

  it('waits for a leg that can still decide it', () => {
    expect(after(CONSENSUS, [good(0, 'yes'), good(1, 'no')]).state.phase).toBe('asking')
    expect(after(CONSENSUS, [good(0, 'yes'), good(1, 'no'), good(2, 'no')]).state).toMatchObject({
      winner: 1,
    })
  })

  it('is lost as soon as nobody can win, and stops what is not needed', () => {
    expect(after(CONSENSUS, [good(0, 'a'), good(1, 'b'), good(2, 'c')]).state.phase).toBe('lost')
    const { state, cancel } = after(CONSENSUS, [failed(0), failed(1)])
    expect({ phase: state.phase, cancel }).toEqual({ phase: 'lost', cancel: [2] })
  })

  it('counts no refusal as a vote, not even the same one twice', () => {
    expect(after(CONSENSUS, [poor(0), poor(1)]).state.phase).toBe('lost')
  })
})

describe('a call for which there are too few models', () => {
  it('is lost before anybody is asked', () => {
    expect(beginLegs(RACE, 0)).toMatchObject({ state: { phase: 'lost' }, start: [] })
    expect(beginLegs(CONSENSUS, 1)).toMatchObject({ state: { phase: 'lost' }, start: [] })
    expect(beginLegs(CONSENSUS, 2)).toMatchObject({ state: { phase: 'asking' }, start: [0, 1] })
  })
})

describe('a call that is cancelled', () => {
  it('is lost, stops what runs and asks nobody any more', () => {
    const step = after(HEDGE, [PATIENCE_ENDED, CANCELLED])
    expect(step).toMatchObject({ state: { phase: 'lost', isCancelled: true }, start: [], cancel: [0, 1] })
    expect(transition(step.state, failed(0))).toMatchObject({ start: [], cancel: [] })
  })
})

describe('an answer after the decision', () => {
  it('changes nothing but the record', () => {
    const { state } = after(CONSENSUS, [good(0, 'yes'), good(1, 'yes'), good(2, 'yes')])
    expect(state).toMatchObject({ phase: 'won', winner: 0 })
    expect(agreedWithWinner(state, 2)).toBe(true)
  })
})
