import type { BudgetFacts } from './route-facts.ts'
import type { BudgetStatus } from '../budget/budget-status.ts'

/** What of a budget says how much may still be spent. */
type Bound = Pick<BudgetStatus, 'capNanoUsd' | 'leftNanoUsd'>

/** What all budgets that apply to a caller leave: the least amount and the least share. Without any, no bound. */
export function budgetFacts(budgets: readonly Bound[]): BudgetFacts {
  if (budgets.length === 0) return {}
  return {
    leftNanoUsd: Math.min(...budgets.map(({ leftNanoUsd }) => leftNanoUsd)),
    leftShare: Math.min(...budgets.map(leftShare)),
  }
}

/** A budget of nothing has nothing left. */
function leftShare({ capNanoUsd, leftNanoUsd }: Bound): number {
  return capNanoUsd === 0 ? 0 : leftNanoUsd / capNanoUsd
}
