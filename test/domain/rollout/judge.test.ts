import { describe, expect, it } from 'vitest'
import {
  alphaOf,
  formatEvidence,
  harmed,
  missingForPromotion,
  weighCounts,
} from '../../../domain/rollout/evidence/judge.ts'
import { DEFAULT_THRESHOLDS, explainBreach, isTripped } from '../../../domain/rollout/evidence/thresholds.ts'
import { countGuard, DEFAULT_GUARDS } from '../../../domain/rollout/guards.ts'
import { errorCounts, HARMFUL, HARMLESS } from './rollouts.ts'

const bounds = { alpha: 0.05, beta: 0.05, negligibleRate: 0.005, minCanaryUnits: 50 }
const errors = countGuard('errors')
const cellsOf = ([counted]: ReturnType<typeof errorCounts>) => counted?.cells ?? []

describe('alpha', () => {
  it('is spent on the guards by weight and never more than once', () => {
    const spent = DEFAULT_GUARDS.map((guard) => alphaOf(guard, DEFAULT_GUARDS, 0.05))
    expect(spent.reduce((sum, alpha) => sum + alpha, 0)).toBeCloseTo(0.05, 12)
    expect(spent[0]).toBeCloseTo(0.05 / 3, 12)
    expect(alphaOf(errors, [errors, countGuard('refusals')], 0.05)).toBeCloseTo(0.025, 12)
  })

  it('makes the bound of a guard', () => {
    const { harmBound } = weighCounts(errors, [], 0.025, bounds)
    expect(Math.exp(harmBound)).toBeCloseTo(40, 9)
  })
})

describe('the verdict', () => {
  const weighed = (observed: ReturnType<typeof errorCounts>, guard = errors) =>
    weighCounts(guard, cellsOf(observed), 0.05, bounds)

  it('names the guards that were harmed, the surest first', () => {
    const mild = { ...weighed(HARMFUL), guard: 'mild', logHarm: 3.1 }
    expect(harmed([weighed(HARMLESS), mild, weighed(HARMFUL)]).map(({ guard }) => guard)).toEqual([
      'errors',
      'mild',
    ])
  })

  it('lets a version pass that is shown to be no worse, and only with enough requests', () => {
    expect(missingForPromotion([weighed(HARMLESS)], bounds)).toEqual([])
    expect(missingForPromotion([weighed(HARMLESS)], { ...bounds, minCanaryUnits: 10_000 })).toEqual([
      'only 5000 of 10000 canary requests were measured',
    ])
    expect(missingForPromotion([weighed(HARMFUL)], bounds)[0]).toMatch(/^errors: evidence of safety/)
  })

  it('lets a version pass that is hardly ever bad, however rare the comparison', () => {
    const clean = errorCounts(0.1, [0, 2000], [0, 18_000])
    expect(weighed(clean).isSafe).toBe(true)
    expect(weighCounts(errors, cellsOf(clean), 0.05, { ...bounds, negligibleRate: 0 }).isSafe).toBe(false)
  })

  it('is not held back by a guard that no request could break, where that is allowed', () => {
    expect(weighed([], countGuard('schema-invalid')).isSafe).toBe(true)
    expect(weighed([], errors).isSafe).toBe(false)
    expect(weighed(errorCounts(0.1, [0, 0], [0, 10]), countGuard('schema-invalid')).isSafe).toBe(false)
  })

  it('needs the first requests of the keys to agree where keys have several', () => {
    const [counted] = HARMLESS
    const cells = (counted?.cells ?? []).map((cell) => ({
      ...cell,
      canary: { ...cell.canary, badUnits: 200 },
    }))
    expect(weighCounts(errors, cells, 0.05, bounds).isSafe).toBe(false)
  })

  it('is written for people', () => {
    expect([Math.log(20), Math.log(0.0131), 1000].map(formatEvidence)).toEqual(['20.0', '0.013', '1.0e+304'])
  })
})

describe('plain limits', () => {
  const recent = { requests: 100, errors: 0, successes: 100, meanResponseMs: 100, failuresInARow: 0 }

  it.each([
    [{ errors: 6, successes: 94 }, '6.0 % errors, more than 5.0 %'],
    [{ successes: 94 }, '94.0 % success, less than 95.0 %'],
    [{ meanResponseMs: 3001 }, '3001 ms mean response, more than 3000 ms'],
    [{ errors: 5, successes: 95, meanResponseMs: 3000 }, undefined],
    [{ requests: 49, errors: 49, successes: 0 }, undefined],
  ])('%j: %s', (change, wanted) => {
    expect(explainBreach({ ...recent, ...change }, DEFAULT_THRESHOLDS)).toBe(wanted)
  })

  it('have a tripwire that can be taken away', () => {
    expect(isTripped({ ...recent, failuresInARow: 10 }, 10)).toBe(true)
    expect(isTripped({ ...recent, failuresInARow: 9 }, 10)).toBe(false)
    expect(isTripped({ ...recent, failuresInARow: 99 }, 0)).toBe(false)
  })
})
