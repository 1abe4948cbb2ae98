import { describe, expect, it, test } from 'vitest'
import { describeRule, legRule, namedModels, strategyProblem } from '../../../domain/legs/strategy.ts'

describe('a strategy without figures', () => {
  it('has defaults', () => {
    expect(legRule({ kind: 'hedge' })).toEqual({ kind: 'hedge', legs: 2, afterMs: 2000 })
    expect(legRule({ kind: 'race' })).toEqual({ kind: 'race', legs: 2 })
    expect(legRule({ kind: 'consensus' })).toEqual({ kind: 'consensus', legs: 3, agree: 2 })
  })
})

test.each([2, 3, 4, 5, 10])('of %d legs more than half must agree unless it says otherwise', (copies) => {
  const rule = legRule({ kind: 'consensus', copies })
  expect(rule.kind === 'consensus' && rule.agree * 2 > copies && (rule.agree - 1) * 2 <= copies).toBe(true)
})

describe('named models', () => {
  it('are as many legs', () => {
    expect(legRule({ kind: 'race', models: ['a', 'b', 'b'] }).legs).toBe(3)
    expect(namedModels({ kind: 'consensus', models: ['a', 'b'] })).toEqual(['a', 'b'])
    expect(namedModels({ kind: 'hedge' })).toBeUndefined()
  })

  it('exclude a number of copies', () => {
    expect(strategyProblem({ kind: 'race', models: ['a', 'b'], copies: 2 })).toContain('either')
  })
})

describe('more agreement than legs', () => {
  it('is refused in words', () => {
    expect(strategyProblem({ kind: 'consensus', copies: 3, agree: 4 })).toBe(
      'wants 4 legs to agree, but asks 3',
    )
    expect(strategyProblem({ kind: 'consensus', models: ['a', 'b'], agree: 2 })).toBeUndefined()
  })
})

test.each([
  [{ kind: 'hedge', afterMs: 1500 }, 'hedge of 2, the next after 1.5 s'],
  [{ kind: 'race', copies: 3 }, 'race of 3'],
  [{ kind: 'consensus' }, 'consensus, 2 of 3'],
] as const)('%j reads %s', (strategy, words) => {
  expect(describeRule(legRule(strategy))).toBe(words)
})
