import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareDifferences,
  comparePairs,
  studentQuantile,
} from '../../../domain/optimisation/compare-pairs.ts'
import { createSeededRandom } from './seeded-noise.ts'

const value = fc.double({ min: 1, max: 10, noNaN: true })
const pairs = fc.array(fc.record({ before: value, after: value }), { minLength: 3, maxLength: 30 })
const tail = fc.constantFrom(0.05, 0.01, 0.1)

describe('the quantile of Student’s t', () => {
  it.each([
    [0.95, 1, 6.3138],
    [0.95, 5, 2.015],
    [0.975, 10, 2.2281],
    [0.99, 30, 2.4573],
    [0.995, 3, 5.8409],
  ])('of %f with %i degrees of freedom is the one of the tables', (share, freedom, expected) => {
    expect(studentQuantile(share, freedom)).toBeCloseTo(expected, 3)
  })
})

describe('the ratio of pairs', () => {
  it('lies in its interval', () => {
    fc.assert(
      fc.property(pairs, tail, (measured, side) => {
        const { share, interval } = comparePairs(measured, side)
        expect(interval.from).toBeLessThanOrEqual(share + 1e-9)
        expect(interval.to).toBeGreaterThanOrEqual(share - 1e-9)
      }),
    )
  })

  it('is the inverse when before and after change places', () => {
    fc.assert(
      fc.property(pairs, tail, (measured, side) => {
        const one = comparePairs(measured, side)
        const other = comparePairs(
          measured.map(({ before, after }) => ({ before: after, after: before })),
          side,
        )
        expect((1 + one.share) * (1 + other.share)).toBeCloseTo(1, 6)
        expect(Math.log1p(one.interval.from)).toBeCloseTo(-Math.log1p(other.interval.to), 6)
      }),
    )
  })

  it('does not depend on the unit, nor on what slows both of a pair down', () => {
    const slowdown = fc.double({ min: 0.1, max: 10, noNaN: true })
    fc.assert(
      fc.property(pairs, fc.array(slowdown, { minLength: 30, maxLength: 30 }), (measured, slowdowns) => {
        const disturbed = measured.map(({ before, after }, index) => {
          const factor = slowdowns[index] ?? 1
          return { before: before * factor, after: after * factor }
        })
        expect(Math.log1p(comparePairs(disturbed, 0.05).share)).toBeCloseTo(
          Math.log1p(comparePairs(measured, 0.05).share),
          6,
        )
      }),
    )
  })

  it('holds the true gain as often as it promises', () => {
    const random = createSeededRandom(20_261_121)
    const runs = 2_000
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const measured = Array.from({ length: 6 }, () => {
        const machine = Math.exp(random.normal() * 0.5)
        return {
          before: machine * Math.exp(random.normal() * 0.1),
          after: 1.2 * machine * Math.exp(random.normal() * 0.1),
        }
      })
      if (comparePairs(measured, 0.05).interval.from > 0.2) missed += 1
    }
    // 5 %, with five standard errors of room.
    expect(missed / runs).toBeGreaterThan(0.025)
    expect(missed / runs).toBeLessThan(0.075)
  })

  it('is refused for too few pairs and for what has no ratio', () => {
    expect(() => comparePairs([{ before: 1, after: 2 }], 0.05)).toThrow(/at least 3/)
    expect(() =>
      comparePairs(
        Array.from({ length: 3 }, () => ({ before: 0, after: 2 })),
        0.05,
      ),
    ).toThrow(/no ratio/)
  })
})

describe('the difference of pairs', () => {
  it('is their mean, in its interval', () => {
    fc.assert(
      fc.property(pairs, tail, (measured, side) => {
        const { mean, from, to } = compareDifferences(measured, side)
        const sum = measured.reduce((total, { before, after }) => total + after - before, 0)
        expect(mean).toBeCloseTo(sum / measured.length, 6)
        expect(from).toBeLessThanOrEqual(mean + 1e-9)
        expect(to).toBeGreaterThanOrEqual(mean - 1e-9)
      }),
    )
  })
})
