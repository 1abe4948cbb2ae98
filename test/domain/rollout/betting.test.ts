import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_BETS, placeBets } from '../../../domain/rollout/evidence/betting.ts'
import { logBound } from '../../../domain/rollout/e-process.ts'

const margins = { margin: 0.02, unacceptable: 0.05 }
const difference = fc.double({ min: -1, max: 1, noNaN: true })

describe('bets on matched pairs of scores', () => {
  it('are the same whether pairs come one by one or together', () => {
    fc.assert(
      fc.property(fc.array(difference), fc.array(difference), (first, second) => {
        const apart = placeBets(placeBets(NO_BETS, first, margins), second, margins)
        expect(apart).toEqual(placeBets(NO_BETS, [...first, ...second], margins))
      }),
    )
  })

  it('gain nothing on average while the null holds, whatever was seen before', () => {
    fc.assert(
      fc.property(
        fc.array(difference, { maxLength: 30 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (seen, spread) => {
          const bets = placeBets(NO_BETS, seen, margins)
          const next = (given: number) => placeBets(bets, [given], margins)
          const meanOf = (name: 'logHarm' | 'logSafety', mean: number) =>
            (Math.exp(next(mean + spread)[name] - bets[name]) +
              Math.exp(next(mean - spread)[name] - bets[name])) /
            2
          expect(meanOf('logHarm', -margins.margin)).toBeCloseTo(1, 9)
          expect(meanOf('logHarm', 0.05)).toBeLessThanOrEqual(1 + 1e-9)
          expect(meanOf('logSafety', -margins.unacceptable)).toBeCloseTo(1, 9)
          expect(meanOf('logSafety', -0.09)).toBeLessThanOrEqual(1 + 1e-9)
        },
      ),
    )
  })

  it('find a version whose scores are lower, and clear one whose are not', () => {
    const around = (mean: number) =>
      Array.from({ length: 400 }, (_, index) => mean + (index % 2 === 0 ? 0.15 : -0.15))
    const lower = placeBets(NO_BETS, around(-0.1), margins)
    const same = placeBets(NO_BETS, around(0), margins)
    expect(lower.logHarm).toBeGreaterThan(logBound(0.05))
    expect(lower.logSafety).toBeLessThan(1)
    expect(same.logSafety).toBeGreaterThan(logBound(0.05))
    expect(same.logHarm).toBeLessThan(1)
  })
})
