import { describe, expect, it } from 'vitest'
import { FAILURE_KINDS } from '../../../domain/failure.ts'
import { countAttempts, countMirrored } from '../../../domain/rollout/evidence/counts.ts'
import { observe } from '../../../domain/rollout/evidence/observe.ts'
import { COUNT_METRICS, countGuard, type ObservedAttempt } from '../../../domain/rollout/guards.ts'

const answered: ObservedAttempt = { arm: 'canary', weight: 0.1, key: 'request:1', outcome: 'answered' }
const signs = (attempt: Partial<ObservedAttempt>, limitMs = 100) =>
  Object.fromEntries(
    COUNT_METRICS.flatMap((metric) => {
      const sign = observe({ ...answered, ...attempt }, { metric }, limitMs)
      return sign === undefined ? [] : [[metric, sign]]
    }),
  )

describe('what an attempt says about the guards', () => {
  it.each([
    ['an answer', {}, { errors: 'good', timeouts: 'good', refusals: 'good', failures: 'good' }],
    [
      'a refusal',
      { outcome: 'refused' },
      { errors: 'good', timeouts: 'good', refusals: 'bad', failures: 'bad' },
    ],
    ['a provider error', { outcome: 'overloaded' }, { errors: 'bad', timeouts: 'good', failures: 'bad' }],
    [
      'a timeout',
      { outcome: 'timeout-after-send' },
      { errors: 'bad', timeouts: 'bad', failures: 'bad', 'time-to-first-token': 'bad' },
    ],
    [
      'a policy filter',
      { outcome: 'content-policy' },
      { errors: 'good', timeouts: 'good', refusals: 'bad', failures: 'bad' },
    ],
    ['our own quota', { outcome: 'rate-limited' }, {}],
    ['a caller who gave up', { outcome: 'cancelled' }, {}],
  ] as const)('%s', (_, attempt, wanted) => {
    expect(signs(attempt)).toEqual(wanted)
  })

  it('is bad about what should be there and is not', () => {
    expect(signs({ outcome: 'missing' })).toMatchObject({ errors: 'bad', timeouts: 'bad', failures: 'bad' })
    expect(signs({ schema: 'unchecked' })).toMatchObject({ 'schema-invalid': 'bad', failures: 'bad' })
    expect(signs({ timeToFirstTokenMs: 'missing', timePerOutputTokenMs: 'missing' })).toMatchObject({
      'time-to-first-token': 'bad',
      'time-per-output-token': 'bad',
    })
  })

  it('is good or bad about times by the limit', () => {
    expect(signs({ timeToFirstTokenMs: 100, timePerOutputTokenMs: 101 })).toMatchObject({
      'time-to-first-token': 'good',
      'time-per-output-token': 'bad',
    })
  })

  it('is about the judge where there is one', () => {
    expect(signs({ judgement: 'bad' })['judged-bad']).toBe('bad')
    expect(signs({})['judged-bad']).toBeUndefined()
  })

  it('never takes a failure for a success', () => {
    for (const outcome of FAILURE_KINDS) expect(signs({ outcome })['failures']).not.toBe('good')
  })
})

describe('counting', () => {
  const errors = countGuard('errors')
  const attempt = (arm: 'canary' | 'stable', key: string, isBad: boolean, weight = 0.1): ObservedAttempt => ({
    arm,
    key,
    weight,
    outcome: isBad ? 'overloaded' : 'answered',
  })

  it('keeps the weights apart', () => {
    const { cells } = countAttempts(
      [attempt('canary', 'a', true, 0.2), attempt('stable', 'b', true), attempt('stable', 'c', false, 0.2)],
      errors,
    )
    expect(cells).toEqual([
      {
        weight: 0.1,
        canary: { units: 0, badUnits: 0, badEvents: 0 },
        stable: { units: 1, badUnits: 1, badEvents: 1 },
      },
      {
        weight: 0.2,
        canary: { units: 1, badUnits: 1, badEvents: 1 },
        stable: { units: 1, badUnits: 0, badEvents: 0 },
      },
    ])
  })

  it('counts the first request of a key and its first bad one, at their own weights', () => {
    const { cells } = countAttempts(
      [
        attempt('stable', 's', false, 0.1),
        attempt('canary', 's', true, 0.5),
        attempt('canary', 's', true, 0.5),
      ],
      errors,
    )
    expect(cells.map(({ weight, canary, stable }) => [weight, canary, stable])).toEqual([
      [0.1, { units: 0, badUnits: 0, badEvents: 0 }, { units: 1, badUnits: 0, badEvents: 0 }],
      [0.5, { units: 0, badUnits: 0, badEvents: 1 }, { units: 0, badUnits: 0, badEvents: 0 }],
    ])
  })

  it('takes the pairs that differ from mirrored requests, at weight one half', () => {
    const pair = (canary: boolean, stable: boolean) => ({
      canary: attempt('canary', 'k', canary),
      stable: attempt('stable', 'k', stable),
    })
    const { cells } = countMirrored([pair(true, true), pair(true, false), pair(false, false)], errors)
    expect(cells).toEqual([
      {
        weight: 0.5,
        canary: { units: 3, badUnits: 2, badEvents: 1 },
        stable: { units: 3, badUnits: 1, badEvents: 0 },
      },
    ])
    expect(countMirrored([], errors).cells).toEqual([])
  })
})
