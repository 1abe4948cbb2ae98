import { type Column, renderTable } from './table.ts'
import type { BudgetStatus } from '../../domain/budget/budget-status.ts'
import { formatUsd } from '../../domain/money.ts'
import { formatUtc } from '../../domain/format-utc.ts'

const COLUMNS: readonly Column[] = [
  { title: 'tenant' },
  { title: 'user' },
  { title: 'window' },
  { title: 'cap', align: 'right' },
  { title: 'spent', align: 'right' },
  { title: 'reserved', align: 'right' },
  { title: 'left', align: 'right' },
  { title: 'when spent' },
  { title: 'resets at' },
]

/** Budgets as a table; below it, what was spent above a cap. */
export function budgetTable(budgets: readonly BudgetStatus[]): string {
  if (budgets.length === 0) return 'No budget is set: nothing bounds what is spent.'
  const overshoots = budgets
    .filter(({ overshootNanoUsd }) => overshootNanoUsd > 0)
    .map(({ id, overshootNanoUsd }) => `${id}: ${formatUsd(overshootNanoUsd)} more was spent than its cap.`)
  return [
    renderTable(COLUMNS, budgets.map(row)),
    ...(overshoots.length === 0 ? [] : ['', ...overshoots]),
  ].join('\n')
}

function row(budget: BudgetStatus): readonly string[] {
  const { tenant, user, window, startsAt, whenSpent, resetsAtMs } = budget
  const { capNanoUsd, spentNanoUsd, reservedNanoUsd, leftNanoUsd } = budget
  return [
    tenant,
    user ?? '(all)',
    `${window} ${window === 'month' ? startsAt.slice(0, 7) : startsAt}`,
    ...[capNanoUsd, spentNanoUsd, reservedNanoUsd, leftNanoUsd].map(formatUsd),
    whenSpent,
    formatUtc(resetsAtMs),
  ]
}
