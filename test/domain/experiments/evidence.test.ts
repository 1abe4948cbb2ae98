import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asymptoticInterval } from '../../../domain/experiments/evidence/asymptotic-interval.ts'
import { bettingInterval } from '../../../domain/experiments/evidence/betting-interval.ts'
import { contrastBound, contrastScores } from '../../../domain/experiments/evidence/contrast.ts'
import {
  logGamma,
  regularisedBeta,
  studentTwoSided,
} from '../../../domain/experiments/evidence/special-functions.ts'
import { sampleRatioPValue } from '../../../domain/experiments/evidence/sample-ratio.ts'
import { welchTest } from '../../../domain/experiments/evidence/welch.ts'

const PAIR = { control: 'plain', variant: 'warm', weight: 0.5 }

const someUnits = fc.array(
  fc.record({
    variant: fc.constantFrom('plain', 'warm', 'other'),
    value: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 120 },
)
const weight = fc.double({ min: 0.05, max: 0.95, noNaN: true })
const errorRate = fc.double({ min: 0.001, max: 0.2, noNaN: true })

describe('scores of a contrast', () => {
  it('stay within their bound, and leave out what belongs to neither', () => {
    fc.assert(
      fc.property(someUnits, weight, (units, share) => {
        const scores = contrastScores(units, { ...PAIR, weight: share }, 0.5)
        expect(scores).toHaveLength(units.filter(({ variant }) => variant !== 'other').length)
        for (const score of scores) expect(Math.abs(score)).toBeLessThanOrEqual(contrastBound(share) + 1e-9)
      }),
    )
  })

  it('change their sign when the two are swapped', () => {
    fc.assert(
      fc.property(someUnits, weight, (units, share) => {
        const scores = contrastScores(units, { ...PAIR, weight: share }, 0.5)
        const swapped = contrastScores(units, { control: 'warm', variant: 'plain', weight: 1 - share }, 0.5)
        scores.forEach((score, index) => expect(swapped[index]).toBeCloseTo(-score, 9))
      }),
    )
  })

  it('need no first guess: the first unit is one', () => {
    const units = [
      { variant: 'plain', value: 100 },
      { variant: 'warm', value: 130 },
      { variant: 'plain', value: 120 },
    ]
    expect(contrastScores(units, PAIR)).toEqual([60, -10])
  })
})

describe.each([
  ['the betting interval', (scores: readonly number[], alpha: number) => bettingInterval(scores, 2, alpha)],
  [
    'the asymptotic interval',
    (scores: readonly number[], alpha: number) => asymptoticInterval(scores, 100, alpha),
  ],
])('%s', (_, intervalOf) => {
  const scores = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { maxLength: 200 })

  it('leaves 0 out exactly when p is at most alpha', () => {
    fc.assert(
      fc.property(scores, errorRate, (given, alpha) => {
        const { interval, pValue } = intervalOf(given, alpha)
        if (Math.abs(pValue - alpha) < 1e-6) return
        expect(interval.from > 0 || interval.to < 0).toBe(pValue < alpha)
      }),
    )
  })

  it('is its own mirror image', () => {
    fc.assert(
      fc.property(scores, errorRate, (given, alpha) => {
        const { interval, pValue } = intervalOf(given, alpha)
        const mirrored = intervalOf(
          given.map((score) => -score),
          alpha,
        )
        expect(mirrored.interval.from).toBeCloseTo(-interval.to, 9)
        expect(mirrored.pValue).toBeCloseTo(pValue, 9)
      }),
    )
  })

  it('knows nothing without scores', () => {
    const { interval, pValue } = intervalOf([], 0.05)
    expect(pValue).toBe(1)
    expect([interval.from, interval.to]).toEqual([
      expect.toSatisfy((end) => end <= -1),
      expect.toSatisfy((end) => end >= 1),
    ])
  })

  it('closes in on the mean', () => {
    const given = Array.from({ length: 4000 }, (__, index) => (index % 2 === 0 ? 0.6 : -0.2))
    const { interval } = intervalOf(given, 0.05)
    expect(interval.from).toBeGreaterThan(0.1)
    expect(interval.from).toBeLessThan(0.2)
    expect(interval.to).toBeGreaterThan(0.2)
    expect(interval.to).toBeLessThan(0.3)
  })
})

describe('the functions behind the tests', () => {
  it.each([
    [1, 0],
    [5, Math.log(24)],
    [0.5, Math.log(Math.PI) / 2],
    [100, 359.134_205_369_575_4],
  ])('ln Gamma(%d) is right', (x, expected) => {
    expect(logGamma(x)).toBeCloseTo(expected, 9)
  })

  it('the incomplete beta function is right where it is known', () => {
    expect(regularisedBeta(0.3, 1, 1)).toBeCloseTo(0.3, 12)
    expect(regularisedBeta(0.5, 4, 4)).toBeCloseTo(0.5, 12)
    expect(regularisedBeta(0.2, 2, 3)).toBeCloseTo(0.1808, 10)
  })

  it.each([
    [1, 1, 0.5],
    [12.706_204_736, 1, 0.05],
    [2.228_138_852, 10, 0.05],
    [1.96, 1e6, 0.05],
  ])("Student's t of %d with %d degrees of freedom", (t, freedom, expected) => {
    expect(studentTwoSided(t, freedom)).toBeCloseTo(expected, 5)
  })
})

describe("Welch's test", () => {
  const units = (variant: string, values: readonly number[]) => values.map((value) => ({ variant, value }))

  it('gives the known figures of an example', () => {
    const test = welchTest([...units('plain', [1, 2, 3, 4, 5]), ...units('warm', [2, 4, 6, 8, 10])], PAIR, 10)
    expect(test).toMatchObject({ effect: 3, plannedUnits: 10, units: 10 })
    expect(test?.t).toBeCloseTo(1.897_367, 5)
    expect(test?.degreesOfFreedom).toBeCloseTo(5.882_353, 5)
    expect(test?.pValue).toBeCloseTo(0.107_53, 4)
  })

  it('says nothing where there is nothing to say', () => {
    expect(welchTest(units('plain', [1, 2]), PAIR, 10)).toBeUndefined()
    expect(welchTest([...units('plain', [1, 1]), ...units('warm', [1, 1])], PAIR, 10)).toBeUndefined()
  })
})

describe('the check of the shares', () => {
  it('is calm while the counts are as they should be, and is not when half of a variant is missing', () => {
    const of = (left: number, right: number) =>
      sampleRatioPValue([
        { sharePercent: 50, units: left },
        { sharePercent: 50, units: right },
      ])
    expect(of(0, 0)).toBeCloseTo(1, 9)
    expect(of(510, 490)).toBe(1)
    expect(of(500, 250)).toBeLessThan(1e-6)
  })
})
