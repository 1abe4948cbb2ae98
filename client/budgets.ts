import type { BudgetAddress, BudgetFilter, BudgetSetting } from '../domain/budget/budget.ts'
import { budgetAddressSchema, budgetFilterSchema, budgetSettingSchema } from './inputs/budget-input.ts'
import { BUDGET_ACTIVITIES } from '../workflows/contract.ts'
import type { BudgetStatus } from '../domain/budget/budget-status.ts'
import { DEFAULT_TENANT } from './default-tenant.ts'
import type { ExecuteActivity } from './standalone-activity.ts'
import { parseInput } from './inputs/parse-input.ts'

/** Whose budget it is; the tenant is `default` when nobody says. */
type WithDefaultTenant<Value extends BudgetAddress> = Omit<Value, 'tenant'> & { readonly tenant?: string }

/** What tenants and users may spend in a day or a month. */
export interface Budgets {
  /** The budgets with what is spent, reserved and left in their current windows. */
  listBudgets(filter?: BudgetFilter): Promise<readonly BudgetStatus[]>
  /**
   * Sets a budget or changes it; calls that are admitted from then on count. @throws InvalidRequestError
   */
  setBudget(setting: WithDefaultTenant<BudgetSetting>): Promise<BudgetStatus>
  /** Removes a budget. `false` when there was none. @throws InvalidRequestError */
  removeBudget(address: WithDefaultTenant<BudgetAddress>): Promise<boolean>
}

/** Budgets as standalone activities. */
export function createBudgets(execute: ExecuteActivity): Budgets {
  return {
    listBudgets: async (filter = {}) => {
      const checked = parseInput(budgetFilterSchema, filter, 'the filter')
      const { budgets } = await execute<{ readonly budgets: readonly BudgetStatus[] }>(
        BUDGET_ACTIVITIES.listBudgets,
        checked,
      )
      return budgets
    },
    setBudget: async (setting) => {
      const asked = { tenant: DEFAULT_TENANT, ...setting }
      return execute(BUDGET_ACTIVITIES.setBudget, parseInput(budgetSettingSchema, asked, 'the budget'))
    },
    removeBudget: async (address) => {
      const asked = { tenant: DEFAULT_TENANT, ...address }
      const checked = parseInput(budgetAddressSchema, asked, 'the budget')
      const { wasSet } = await execute<{ readonly wasSet: boolean }>(BUDGET_ACTIVITIES.removeBudget, checked)
      return wasSet
    },
  }
}
