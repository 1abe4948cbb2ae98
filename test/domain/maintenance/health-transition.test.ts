import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import {
  consecutiveOf,
  DEFAULT_HEALTH_RULES,
  HEALTHY,
  type HealthEvent,
  type HealthState,
  sharePercentOf,
} from '../../../domain/maintenance/health/health-state.ts'
import { nextHealth } from '../../../domain/maintenance/health/transition.ts'

const rules = DEFAULT_HEALTH_RULES
const failed: HealthEvent = { kind: 'check-failed', reason: 'new' }
const passed: HealthEvent = { kind: 'check-passed' }
const missed: HealthEvent = { kind: 'check-missed' }
const counted = (goodCalls: number, badCalls = 0): HealthEvent => ({
  kind: 'calls-counted',
  goodCalls,
  badCalls,
})

const failing = (failures: number): HealthState => ({ status: 'failing', failures, reason: 'old' })
const out = (passes: number, reason = 'old'): HealthState => ({ status: 'out', passes, reason })
const returning = (passes: number, goodCalls = 0, badCalls = 0): HealthState => ({
  status: 'returning',
  passes,
  goodCalls,
  badCalls,
  reason: 'old',
})
const again = (badCalls: number): HealthState =>
  out(0, `${badCalls} calls went wrong while it was coming back`)

/** Every kind of state with every kind of event, at the edges of the rules. */
const PAIRS: readonly (readonly [HealthState, HealthEvent, HealthState])[] = [
  [HEALTHY, passed, HEALTHY],
  [HEALTHY, missed, HEALTHY],
  [HEALTHY, counted(1, 9), HEALTHY],
  [HEALTHY, failed, { status: 'failing', failures: 1, reason: 'new' }],
  [failing(1), passed, HEALTHY],
  [failing(2), missed, failing(2)],
  [failing(2), counted(1, 9), failing(2)],
  [failing(1), failed, { status: 'failing', failures: 2, reason: 'new' }],
  [failing(2), failed, out(0, 'new')],
  [out(0), passed, out(1)],
  [out(2), passed, returning(0)],
  [out(2), missed, out(2)],
  [out(2), counted(50), out(2)],
  [out(2), failed, out(0, 'new')],
  [returning(0), passed, returning(1)],
  [returning(19), passed, HEALTHY],
  [returning(4, 15), passed, HEALTHY],
  [returning(4), missed, returning(4)],
  [returning(4), failed, out(0, 'new')],
  [returning(4), counted(3, 1), returning(4, 3, 1)],
  [returning(4), counted(16), HEALTHY],
  [returning(4), counted(3, 2), again(2)],
  [returning(4), counted(99, 2), again(2)],
]

describe('the health of a version', () => {
  it.each(PAIRS)('%j with %j is %j', (state, event, expected) => {
    expect(nextHealth(state, event, rules)).toEqual(expected)
  })

  it('has a pair here for every kind of state and event', () => {
    const seen = new Set(PAIRS.map(([{ status }, { kind }]) => `${status} ${kind}`))
    expect(seen.size).toBe(4 * 4)
  })

  it('leaves routing after three failures in a row and no sooner, whatever was missed between them', () => {
    const events = [failed, passed, failed, failed, missed, passed, failed, missed, failed, failed]
    const states = events.map((_event, index) =>
      events.slice(0, index + 1).reduce((state, event) => nextHealth(state, event, rules), HEALTHY),
    )
    expect(states.map(({ status }) => status)).toEqual([
      'failing',
      'healthy',
      'failing',
      'failing',
      'failing',
      'healthy',
      'failing',
      'failing',
      'failing',
      'out',
    ])
  })

  it('with one failure to leave goes out at once', () => {
    expect(nextHealth(HEALTHY, failed, { ...rules, failuresToLeave: 1 })).toEqual(out(0, 'new'))
  })

  const anyEvent = fc.oneof(
    fc.constant(passed),
    fc.constant(missed),
    fc.constant(failed),
    fc.tuple(fc.nat(30), fc.nat(3)).map(([good, bad]) => counted(good, bad)),
  )

  it('always has a share that its status allows, and never gets from out to everything in one step', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state: HealthState = HEALTHY
        for (const event of events) {
          const next = nextHealth(state, event, rules)
          if (state.status === 'out') expect(next.status).not.toBe('healthy')
          expect(consecutiveOf(next)).toBeGreaterThanOrEqual(0)
          const share = { healthy: 100, failing: 100, out: 0, returning: rules.returnPercent }[next.status]
          expect(sharePercentOf(next, rules)).toBe(share)
          state = next
        }
      }),
    )
  })

  it('is not changed by anything that could not be checked', () => {
    fc.assert(
      fc.property(fc.array(anyEvent), (events) => {
        const state = events.reduce((before, event) => nextHealth(before, event, rules), HEALTHY)
        expect(nextHealth(state, missed, rules)).toBe(state)
      }),
    )
  })
})
