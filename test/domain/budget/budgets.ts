import { type Budget, budgetId } from '../../../domain/budget/budget.ts'
import type { BudgetState } from '../../../domain/budget/reserve.ts'
import { budgetWindow } from '../../../domain/budget/budget-window.ts'

export const NOON = Date.UTC(2026, 10, 21, 12)

/** A budget of tenant acme, 100 nano-dollars a day, with what the test changes about it. */
export function aBudget(changes: Partial<Budget> = {}): Budget {
  const budget = { tenant: 'acme', window: 'day', capNanoUsd: 100, whenSpent: 'reject', ...changes } as const
  return { ...budget, id: budgetId(budget) }
}

/** Its window at noon. */
export function stateOf(budget: Budget, spentNanoUsd = 0, reservedNanoUsd = 0): BudgetState {
  const { startsAt, endsAtMs } = budgetWindow(NOON, budget.window)
  return { budget, budgetId: budget.id, startsAt, resetsAtMs: endsAtMs, spentNanoUsd, reservedNanoUsd }
}
