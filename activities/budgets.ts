import type { BudgetAddress, BudgetFilter, BudgetSetting } from '../domain/budget/budget.ts'
import { budgetAddress, budgetFilter, budgetSetting } from '../domain/budget/read-budget.ts'
import type { BudgetStatus } from '../domain/budget/budget-status.ts'
import type { BudgetStore } from '../store/budgets/budgets.ts'
import { readInput } from './read-input.ts'

export interface BudgetActivityDeps {
  readonly budgets: BudgetStore
  /** Milliseconds since the epoch; decides which window is the current one. Default: the machine's clock. */
  readonly now?: () => number
}

const SUBJECT = 'the budget'

/** What `listBudgets` answers. An object, so that it can grow. */
export interface BudgetList {
  readonly budgets: readonly BudgetStatus[]
}

/**
 * Budgets for people, started by clients as standalone activities: a client needs no database password. Each may be run
 * twice. What is wrong with an input is said in an `InvalidInput` failure that is not retried.
 */
export function createBudgetActivities({ budgets, now = Date.now }: BudgetActivityDeps) {
  return {
    listBudgets: async (input: BudgetFilter): Promise<BudgetList> => ({
      budgets: await budgets.list(readInput(budgetFilter, input, SUBJECT), now()),
    }),
    setBudget: async (input: BudgetSetting): Promise<BudgetStatus> =>
      budgets.set(readInput(budgetSetting, input, SUBJECT), now()),
    removeBudget: async (input: BudgetAddress): Promise<{ readonly wasSet: boolean }> => ({
      wasSet: await budgets.remove(readInput(budgetAddress, input, SUBJECT)),
    }),
  }
}

export type BudgetActivities = ReturnType<typeof createBudgetActivities>
