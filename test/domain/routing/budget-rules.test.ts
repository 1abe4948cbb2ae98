import { expect, it } from 'vitest'
import { chooseRule, type RouteRule } from '../../../domain/routing/budget-rules.ts'
import type { RouteInput } from '../../../domain/routing/route-input.ts'

type Facts = Partial<Pick<RouteInput, 'model' | 'target' | 'complexity' | 'hasOwnWeights' | 'budget'>>

function left(leftShare: number): Pick<RouteInput, 'budget'> {
  return { budget: { leftShare } }
}

const cases: readonly (readonly [string, Facts, RouteRule])[] = [
  ['a request without wishes goes by the score', {}, 'score'],
  ['simple work goes by the score', { complexity: 'simple' }, 'score'],
  [
    'simple work goes by the score above 30 % of the budget',
    { complexity: 'simple', ...left(0.31) },
    'score',
  ],
  ['simple work gets the cheapest at 30 % of the budget', { complexity: 'simple', ...left(0.3) }, 'cheapest'],
  ['unjudged work gets the cheapest at 30 % of the budget', left(0.3), 'cheapest'],
  ['complex work gets the best while there is no limit', { complexity: 'complex' }, 'best'],
  ['complex work gets the best above 30 % of the budget', { complexity: 'complex', ...left(0.31) }, 'best'],
  [
    'complex work gets the cheapest at 30 % of the budget',
    { complexity: 'complex', ...left(0.3) },
    'cheapest',
  ],
  ['very complex work gets the best above 10 %', { complexity: 'very-complex', ...left(0.11) }, 'best'],
  ['very complex work gets the cheapest at 10 %', { complexity: 'very-complex', ...left(0.1) }, 'cheapest'],
  [
    'complex work with weights of its own goes by the score',
    { complexity: 'complex', hasOwnWeights: true },
    'score',
  ],
  ['the target cost gets the cheapest', { target: 'cost', complexity: 'complex' }, 'cheapest'],
  ['the target speed gets the fastest', { target: 'speed' }, 'fastest'],
  ['the target quality gets the best', { target: 'quality' }, 'best'],
  ['a low budget counts more than the target quality', { target: 'quality', ...left(0.05) }, 'cheapest'],
  ['an empty budget is low', left(0), 'cheapest'],
  ['a model asked for stands whatever the budget', { model: 'm', ...left(0) }, 'asked-for'],
]

it.each(cases)('%s', (_title, facts, rule) => {
  expect(chooseRule({ budget: {}, hasOwnWeights: false, ...facts }, true).rule).toBe(rule)
})

it('where nothing is known about quality the configured order holds, whatever is wished', () => {
  const wishes = { target: 'cost', complexity: 'complex', hasOwnWeights: true, ...left(0.01) } as const
  expect(chooseRule(wishes, false).rule).toBe('configured')
})

it('only a rule of the target puts the model configured for it first', () => {
  const rule = (facts: Facts) => chooseRule({ budget: {}, hasOwnWeights: false, ...facts }, true)
  expect(rule({ target: 'cost' }).isForTarget).toBe(true)
  expect(rule({ target: 'cost', ...left(0.1) }).isForTarget).toBe(false)
  expect(rule({ complexity: 'complex' }).isForTarget).toBe(false)
})

it('says how much of the budget is left and how much is needed', () => {
  const { because } = chooseRule({ hasOwnWeights: false, complexity: 'complex', ...left(0.124) }, true)
  expect(because).toBe(
    '12 % of the budget is left, and complex work needs more than 30 % for anything but the cheapest',
  )
})
