import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { type Appraisal, appraise, ASSUMED } from '../../../domain/routing/order/appraisal.ts'
import { DEFAULT_WEIGHTS, normaliseWeights } from '../../../domain/catalog/score-weights.ts'
import { option } from './route-inputs.ts'
import { score } from '../../../domain/routing/score.ts'

const appraisal: Appraisal = {
  costNanoUsd: 1_000_000,
  latencyMs: 1000,
  tailLatencyMs: 2000,
  quality: 0.7,
  isQualityKnown: true,
}

describe('a score', () => {
  it('is the weighted sum of its terms, each with its value, points and weight', () => {
    const { total, terms } = score(appraisal, DEFAULT_WEIGHTS)
    expect(terms).toEqual([
      { name: 'cost', value: 1_000_000, points: 0.6, weight: 0.3 },
      { name: 'latency', value: 1000, points: 0.666667, weight: 0.3 },
      { name: 'quality', value: 0.7, points: 0.7, weight: 0.4 },
    ])
    expect(total).toBe(0.66)
  })

  it('takes the same points away for ten times the cost, wherever that begins', () => {
    const at = (costNanoUsd: number) => score({ ...appraisal, costNanoUsd }, DEFAULT_WEIGHTS).total
    expect(at(100_000) - at(1_000_000)).toBeCloseTo(at(10_000_000) - at(100_000_000), 5)
  })

  it.each([
    [{ costNanoUsd: 0, latencyMs: 0, quality: 1 }, 1],
    [{ costNanoUsd: 10_000, latencyMs: 100, quality: 1 }, 1],
    [{ costNanoUsd: 1e9, latencyMs: 100_000, quality: 0 }, 0],
    [{ costNanoUsd: 1e15, latencyMs: 1e12, quality: 0 }, 0],
  ])('of %j is %d', (figures, total) => {
    expect(score({ ...appraisal, ...figures }, DEFAULT_WEIGHTS).total).toBe(total)
  })

  it('is a number from 0 to 1 that survives JSON, for any figures and weights', () => {
    const anything = fc.record({
      costNanoUsd: fc.maxSafeNat(),
      latencyMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const weights = fc.record({ cost: fc.double(), latency: fc.double(), quality: fc.double() })
    fc.assert(
      fc.property(anything, weights, (figures, given) => {
        const result = score({ ...appraisal, ...figures }, given)
        expect(result.total).toBeGreaterThanOrEqual(0)
        expect(result.total).toBeLessThanOrEqual(1)
        expect(JSON.parse(JSON.stringify(result.total))).toBe(result.total)
      }),
    )
  })

  it('never falls when a figure gets better', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        share,
        share,
        (...given) => {
          const [cost, otherCost, latency, otherLatency, quality, otherQuality] = given
          const better = score(
            {
              ...appraisal,
              costNanoUsd: Math.min(cost, otherCost),
              latencyMs: Math.min(latency, otherLatency),
              quality: Math.max(quality, otherQuality),
            },
            DEFAULT_WEIGHTS,
          )
          const worse = { costNanoUsd: cost, latencyMs: latency, quality }
          expect(better.total).toBeGreaterThanOrEqual(
            score({ ...appraisal, ...worse }, DEFAULT_WEIGHTS).total,
          )
        },
      ),
    )
  })
})

describe('weights', () => {
  it.each([
    [
      { cost: 3, latency: 3, quality: 4 },
      { cost: 0.3, latency: 0.3, quality: 0.4 },
    ],
    [
      { cost: 0, latency: 0, quality: 7 },
      { cost: 0, latency: 0, quality: 1 },
    ],
    [
      { cost: -1, latency: Number.NaN, quality: 2 },
      { cost: 0, latency: 0, quality: 1 },
    ],
    [{ cost: 0, latency: 0, quality: 0 }, DEFAULT_WEIGHTS],
    [{ cost: 1e308, latency: 1e308, quality: 1 }, DEFAULT_WEIGHTS],
  ])('%j count as %j', (given, expected) => {
    expect(normaliseWeights(given)).toEqual(expected)
  })
})

describe('an appraisal', () => {
  it('prefers what was measured to what was believed', () => {
    const measured = option('m', {
      quality: { prior: 0.9, measured: 0.4 },
      latency: { priorMs: 100, p50Ms: 700, p95Ms: 900 },
    })
    expect(appraise(measured)).toEqual({
      costNanoUsd: 1_000_000,
      latencyMs: 700,
      tailLatencyMs: 900,
      quality: 0.4,
      isQualityKnown: true,
    })
  })

  it('takes the tail for twice the median where only the median is known', () => {
    expect(appraise(option('m', { latency: { priorMs: 100 } })).tailLatencyMs).toBe(200)
  })

  it('assumes middling figures of a model that nobody knows', () => {
    const unknown = appraise(option('m', { quality: {}, latency: {} }))
    expect(unknown).toMatchObject({ ...ASSUMED, isQualityKnown: false })
  })

  it.each([
    [-1, 0],
    [7, 1],
  ])('takes a quality of %d for %d', (prior, quality) => {
    expect(appraise(option('m', { quality: { prior } })).quality).toBe(quality)
  })
})
