import { describe, expect, it } from 'vitest'
import { decideWeights, type ScoredWeights } from '../../../domain/optimisation/compare-weights.ts'
import { measured, RULES, trial } from './rounds.ts'

const rules = { ...RULES, negligibleLoss: 0.02 }

/** Eight texts, each harder or easier than the one before. */
function scored(name: string, loss: number): ScoredWeights {
  return {
    name,
    texts: Array.from({ length: 8 }, (_, index) => ({
      surprise: 2 + index * 0.3 + loss + (index % 3) * 0.001,
    })),
  }
}

const at = (name: string, tokensPerSecond: number) => (round: number) =>
  measured(name, { tokensPerSecond: tokensPerSecond * (1 + (round % 3) * 0.01) })

describe('two quantisations', () => {
  it('change places when the other is faster and no worse', () => {
    const decision = decideWeights(
      {
        trial: trial({ q8: at('q8', 100), q4: at('q4', 170) }),
        scores: [scored('q8', 0), scored('q4', 0.01)],
      },
      rules,
    )
    expect(decision.best).toBe('q4')
    expect(decision.tried).toMatchObject([{ outcome: 'better', reason: /its quality is the same/ }])
    expect(decision.tried[0]?.figures[0]).toMatchObject({ name: 'surprise', unit: 'nats/token' })
  })

  it('stay when the faster one is worse', () => {
    const decision = decideWeights(
      {
        trial: trial({ q8: at('q8', 100), q2: at('q2', 300) }),
        scores: [scored('q8', 0), scored('q2', 0.4)],
      },
      rules,
    )
    expect(decision.best).toBeUndefined()
    expect(decision.tried).toMatchObject([{ outcome: 'worse', reason: /its quality may be worse/ }])
  })

  it('change places when the other is better and as fast', () => {
    const decision = decideWeights(
      {
        trial: trial({ q4: at('q4', 100), q5: at('q5', 100) }),
        scores: [scored('q4', 0), scored('q5', -0.2)],
      },
      rules,
    )
    expect(decision.best).toBe('q5')
  })

  it('stay when the better one is slower', () => {
    const decision = decideWeights(
      {
        trial: trial({ q4: at('q4', 100), f16: at('f16', 40) }),
        scores: [scored('q4', 0), scored('f16', -0.2)],
      },
      rules,
    )
    expect(decision.best).toBeUndefined()
  })

  it('are not compared when one could not be scored', () => {
    const decision = decideWeights(
      { trial: trial({ q4: at('q4', 100), odd: at('odd', 400) }), scores: [scored('q4', 0)] },
      rules,
    )
    expect(decision.best).toBeUndefined()
    expect(decision.tried).toMatchObject([{ outcome: 'failed', reason: 'its quality could not be measured' }])
  })
})
