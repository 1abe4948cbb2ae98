import type { Database } from '../../store/database.ts'
import type { BudgetSetting } from '../../domain/budget/budget.ts'
import { budgetWindows } from '../../store/schema.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { NOON } from './records.ts'

/** Sets budgets for a tenant of the test's own. */
export async function setBudgets(
  database: Database,
  ...settings: readonly (Partial<BudgetSetting> & { readonly tenant: string; readonly capNanoUsd: number })[]
): Promise<void> {
  const store = createBudgetStore(database)
  for (const setting of settings) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await store.set({ window: 'day', ...setting }, NOON)
  }
}

/** What the windows of a tenant's budgets hold: `day/acme 2026-11-21` to [spent, reserved]. */
export async function windowsOf(
  database: Database,
  tenant: string,
): Promise<Readonly<Record<string, readonly [spent: number, reserved: number]>>> {
  const rows = await database.queries.select().from(budgetWindows)
  return Object.fromEntries(
    rows
      .filter(({ budgetId }) => budgetId.split('/')[1] === tenant)
      .map(({ budgetId, startsAt, spentNanoUsd, reservedNanoUsd }) => [
        `${budgetId} ${startsAt}`,
        [spentNanoUsd, reservedNanoUsd],
      ]),
  )
}
