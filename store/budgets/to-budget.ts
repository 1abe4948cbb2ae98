import type { Budget } from '../../domain/budget/budget.ts'
import type { budgets } from '../schema.ts'

/** A row of `budgets` as the domain knows it. */
export function toBudget(row: typeof budgets.$inferSelect): Budget {
  const { id, tenant, user, window, capNanoUsd, whenSpent } = row
  return { id, tenant, ...(user === null ? {} : { user }), window, capNanoUsd, whenSpent }
}
