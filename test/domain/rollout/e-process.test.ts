import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BadEvents,
  canaryShareOfBad,
  logBound,
  logEValue,
  logHarmEvidence,
  logMeanExp,
  logSafetyEvidence,
} from '../../../domain/rollout/e-process.ts'
import { badEventsToSee, detectableRatio } from '../../../domain/rollout/evidence/detectable-ratio.ts'
import { logRarityEvidence } from '../../../domain/rollout/evidence/rarity.ts'

const weight = fc.double({ min: 0.01, max: 0.99, noNaN: true })
const ratio = fc.double({ min: 0.1, max: 20, noNaN: true })

/** The mean of a factor of the e-process when the true ratio is `truth`. */
function meanFactor(at: number, truth: number, nullRatio: number, alternative: number): number {
  const share = canaryShareOfBad(at, truth)
  const ofCanary = Math.exp(logEValue([{ weight: at, canaryBad: 1, stableBad: 0 }], nullRatio, [alternative]))
  const ofStable = Math.exp(logEValue([{ weight: at, canaryBad: 0, stableBad: 1 }], nullRatio, [alternative]))
  return share * ofCanary + (1 - share) * ofStable
}

describe('the conditional-count e-process', () => {
  it('is the mean over the alternatives of products of likelihood ratios', () => {
    // w = 1/2, r0 = 1: theta(r0) = 1/2; theta(3) = 3/4; theta(4) = 4/5.
    const events = [{ weight: 0.5, canaryBad: 2, stableBad: 1 }]
    const wanted = (1.5 ** 2 * 0.5 + 1.6 ** 2 * 0.4) / 2
    expect(Math.exp(logEValue(events, 1, [3, 4]))).toBeCloseTo(wanted, 12)
  })

  it('has no factor with a mean above 1 while the truth is on the null side', () => {
    fc.assert(
      fc.property(weight, ratio, ratio, ratio, (at, nullRatio, first, second) => {
        const [lower, higher] = first < second ? [first, second] : [second, first]
        if (higher > nullRatio && lower <= nullRatio)
          expect(meanFactor(at, lower, nullRatio, higher)).toBeLessThanOrEqual(1 + 1e-9)
        if (lower < nullRatio && higher >= nullRatio)
          expect(meanFactor(at, higher, nullRatio, lower)).toBeLessThanOrEqual(1 + 1e-9)
        expect(meanFactor(at, nullRatio, nullRatio, higher)).toBeCloseTo(1, 9)
      }),
    )
  })

  it('does not depend on how the events were put together', () => {
    const cell = fc.record({ weight, canaryBad: fc.nat(50), stableBad: fc.nat(50) })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        const apart = cells.flatMap(({ weight: at, canaryBad, stableBad }) => [
          { weight: at, canaryBad: 0, stableBad },
          { weight: at, canaryBad, stableBad: 0 },
        ])
        expect(logHarmEvidence(apart.toReversed(), 1)).toBeCloseTo(logHarmEvidence(cells, 1), 8)
      }),
    )
  })

  it('learns nothing from events at weight 0 or 1, and nothing from no events', () => {
    const silent: readonly BadEvents[] = [
      { weight: 0, canaryBad: 0, stableBad: 9 },
      { weight: 1, canaryBad: 9, stableBad: 0 },
    ]
    expect(logHarmEvidence(silent, 1)).toBeCloseTo(0, 12)
    expect(logSafetyEvidence([], 2)).toBeCloseTo(0, 12)
  })

  it('sees harm in a surplus and safety in its absence', () => {
    const worse = [{ weight: 0.1, canaryBad: 20, stableBad: 60 }]
    const same = [{ weight: 0.1, canaryBad: 20, stableBad: 180 }]
    expect(logHarmEvidence(worse, 1)).toBeGreaterThan(logBound(0.05))
    expect(logHarmEvidence(same, 1)).toBeLessThan(0)
    expect(logSafetyEvidence(same, 2)).toBeGreaterThan(logBound(0.05))
    expect(logSafetyEvidence(worse, 2)).toBeLessThan(0)
  })

  it('stays a number after a billion events', () => {
    const many = [{ weight: 0.3, canaryBad: 5e8, stableBad: 5e8 }]
    expect(Number.isFinite(logHarmEvidence(many, 1))).toBe(true)
    expect(Number.isFinite(logSafetyEvidence(many, 2))).toBe(true)
    expect(logMeanExp([-1e9, -1e9])).toBeCloseTo(-1e9, 3)
  })
})

describe('what a step can see', () => {
  it.each([
    [0.05, [602, 174, 55, 20]],
    [0.1, [328, 98, 32, 13]],
    [0.25, [172, 55, 21, 10]],
    [0.5, [149, 53, 23, 12]],
  ] as const)('at weight %d takes so many bad events for 1.5, 2, 3 and 5 times', (at, wanted) => {
    const found = [1.5, 2, 3, 5].map((times) => badEventsToSee(times, at, 0.05))
    for (const [index, events] of found.entries())
      expect(Math.abs(events - (wanted[index] ?? 0))).toBeLessThan(1)
  })

  it('is the ratio whose bad events its traffic brings', () => {
    const step = { requests: 6000, badRate: 0.02, weight: 0.1 }
    const seen = detectableRatio(step, 0.05) ?? 0
    const brought = step.requests * step.badRate * (step.weight * seen + 1 - step.weight)
    expect(badEventsToSee(seen, step.weight, 0.05)).toBeCloseTo(brought, 6)
    expect(detectableRatio({ ...step, requests: 60 }, 0.05)).toBeGreaterThan(seen)
  })

  it('is nothing without traffic or at full weight', () => {
    expect(detectableRatio({ requests: 0, badRate: 0.02, weight: 0.1 }, 0.05)).toBeUndefined()
    expect(detectableRatio({ requests: 100, badRate: 0.02, weight: 1 }, 0.05)).toBeUndefined()
  })
})

describe('a negligible rate', () => {
  it('is shown by enough requests without a bad one, and not by few', () => {
    expect(logRarityEvidence({ units: 1200, badUnits: 0 }, 0.005)).toBeGreaterThan(logBound(0.05))
    expect(logRarityEvidence({ units: 100, badUnits: 0 }, 0.005)).toBeLessThan(1)
    expect(logRarityEvidence({ units: 1200, badUnits: 6 }, 0.005)).toBeLessThan(0)
  })

  it('has no factor with a mean above 1 at the rate or beyond', () => {
    const factor = (units: number, badUnits: number) => Math.exp(logRarityEvidence({ units, badUnits }, 0.1))
    for (const rate of [0.1, 0.2, 0.6])
      expect(rate * factor(1, 1) + (1 - rate) * factor(1, 0)).toBeLessThanOrEqual(1 + 1e-12)
  })
})
