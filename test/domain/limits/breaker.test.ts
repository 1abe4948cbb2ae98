import { describe, expect, it } from 'vitest'
import {
  BREAKER_FAILURES,
  BREAKER_REST_MS,
  breakerPhase,
  type BreakerState,
  CLOSED_BREAKER,
  type EndpointSign,
  noteCall,
  passBreaker,
} from '../../../domain/limits/breaker.ts'
import * as fc from 'fast-check'

const NOW = 1_000_000
const call = (attemptId: string) => ({ attemptId, leaseMs: 5_000 })
const note = (state: BreakerState, sign: EndpointSign, attemptId = 'a', nowMs = NOW) =>
  noteCall(state, { attemptId, sign }, nowMs)

const failed = (times: number) =>
  Array.from({ length: times }).reduce<BreakerState>((state) => note(state, 'failure'), CLOSED_BREAKER)

const OPEN = failed(BREAKER_FAILURES)
const RESTED = NOW + BREAKER_REST_MS

describe('a closed breaker', () => {
  it('passes every call and does not change', () => {
    expect(passBreaker(failed(4), call('b'), NOW)).toEqual({ passes: true, state: failed(4) })
    expect(breakerPhase(failed(4), NOW)).toBe('closed')
  })

  it('opens at the fifth failure in a row', () => {
    expect(breakerPhase(OPEN, NOW)).toBe('open')
    expect(OPEN).toEqual({ failures: 5, restsUntilMs: RESTED })
  })

  it('forgets its failures at a success, and not at a call that says nothing', () => {
    expect(note(failed(4), 'success')).toEqual(CLOSED_BREAKER)
    expect(note(failed(4), 'neither')).toEqual(failed(4))
  })
})

describe('an open breaker', () => {
  it('passes nothing while it rests, and says for how long', () => {
    expect(passBreaker(OPEN, call('b'), NOW + 10_000)).toEqual({ passes: false, waitMs: 50_000 })
  })

  it('is not changed by calls that were under way before', () => {
    for (const sign of ['success', 'failure', 'neither'] as const) expect(note(OPEN, sign)).toEqual(OPEN)
  })

  it('lets one call through after its rest, the same one again, and no other', () => {
    const first = passBreaker(OPEN, call('probe'), RESTED)
    expect(breakerPhase(OPEN, RESTED)).toBe('half-open')
    if (!first.passes) throw new Error('the probe did not pass')
    expect(passBreaker(first.state, call('probe'), RESTED + 1).passes).toBe(true)
    expect(passBreaker(first.state, call('other'), RESTED + 1)).toEqual({ passes: false, waitMs: 4_999 })
  })

  it('gives a probe up that never reports', () => {
    const first = passBreaker(OPEN, call('probe'), RESTED)
    if (!first.passes) throw new Error('the probe did not pass')
    expect(passBreaker(first.state, call('other'), RESTED + 5_000)).toMatchObject({
      passes: true,
      state: { probe: { attemptId: 'other' } },
    })
  })

  it('closes when the probe succeeds, rests again when it fails, frees the place when it says nothing', () => {
    const probing = { ...OPEN, probe: { attemptId: 'probe', expiresAtMs: RESTED + 5_000 } }
    expect(note(probing, 'success', 'probe', RESTED)).toEqual(CLOSED_BREAKER)
    expect(note(probing, 'failure', 'probe', RESTED)).toEqual({
      failures: 6,
      restsUntilMs: RESTED + BREAKER_REST_MS,
    })
    expect(note(probing, 'neither', 'probe', RESTED)).toEqual(OPEN)
    expect(note(probing, 'success', 'other', RESTED)).toEqual(probing)
  })
})

it('never has two probes at once, whatever happens in whatever order', () => {
  const event = fc.record({
    kind: fc.constantFrom('pass', 'success', 'failure', 'neither'),
    attempt: fc.integer({ min: 0, max: 5 }),
    afterMs: fc.integer({ min: 0, max: 30_000 }),
  })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      let state = OPEN
      let nowMs = NOW
      for (const { kind, attempt, afterMs } of events) {
        nowMs += afterMs
        const attemptId = `a${attempt}`
        if (kind !== 'pass') {
          state = noteCall(state, { attemptId, sign: kind }, nowMs)
          continue
        }
        const before = state.probe
        const pass = passBreaker(state, call(attemptId), nowMs)
        const isProbing =
          state.restsUntilMs !== undefined && before !== undefined && nowMs < before.expiresAtMs
        if (isProbing && before.attemptId !== attemptId) expect(pass.passes).toBe(false)
        if (pass.passes) state = pass.state
      }
    }),
  )
})
