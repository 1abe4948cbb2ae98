import { expect, it } from 'vitest'
import { budgetFacts } from '../../../domain/routing/budget-facts.ts'

it('without budgets nothing bounds what may be spent', () => {
  expect(budgetFacts([])).toEqual({})
})

it('the least amount and the least share count, whichever windows they are of', () => {
  const day = { capNanoUsd: 100, leftNanoUsd: 40 }
  const month = { capNanoUsd: 1000, leftNanoUsd: 100 }
  expect(budgetFacts([day, month])).toEqual({ leftNanoUsd: 40, leftShare: 0.1 })
})

it('a budget of nothing has no share left', () => {
  expect(budgetFacts([{ capNanoUsd: 0, leftNanoUsd: 0 }])).toEqual({ leftNanoUsd: 0, leftShare: 0 })
})
