import { and, asc, eq, sql, type SQL } from '../drizzle.ts'
import {
  type Budget,
  type BudgetAddress,
  type BudgetFilter,
  budgetId,
  type BudgetSetting,
} from '../../domain/budget/budget.ts'
import { budgets, budgetWindows } from '../schema.ts'
import { type BudgetStatus, toBudgetStatus } from '../../domain/budget/budget-status.ts'
import type { Database, Queries, Transaction } from '../connection.ts'
import { budgetWindow } from '../../domain/budget/budget-window.ts'
import { inTransaction } from '../transaction.ts'
import { toBudget } from './to-budget.ts'

/** The budgets and how their windows stand. `nowMs`: milliseconds since the epoch, decides which window is meant. */
export interface BudgetStore {
  /** Ordered by tenant, then the tenant's own before its users', then the window. */
  list(filter: BudgetFilter, nowMs: number): Promise<readonly BudgetStatus[]>
  /**
   * Sets a budget or changes it. A change holds for the next admission. It counts calls that are admitted from now
   * on; what it counted before, removed meanwhile or not, stays in its window.
   */
  set(setting: BudgetSetting, nowMs: number): Promise<BudgetStatus>
  /** Removes a budget. `false` when there was none. What it counted is kept. */
  remove(address: BudgetAddress): Promise<boolean>
}

export function createBudgetStore(database: Database): BudgetStore {
  return {
    list: (filter, nowMs) =>
      inTransaction(database, (transaction) => readBudgets(transaction, matching(filter), nowMs)),
    set: (setting, nowMs) =>
      inTransaction(database, async (transaction) => {
        const { id } = await writeBudget(transaction, setting)
        const [status] = await readBudgets(transaction, eq(budgets.id, id), nowMs)
        if (status === undefined) throw new Error(`Budget ${id} was set and is not there`)
        return status
      }),
    remove: (address) =>
      inTransaction(database, async (transaction) => {
        const removed = await transaction
          .delete(budgets)
          .where(eq(budgets.id, budgetId(address)))
          .returning({ id: budgets.id })
        return removed.length > 0
      }),
  }
}

function matching({ tenant, user }: BudgetFilter): SQL | undefined {
  return and(
    tenant === undefined ? undefined : eq(budgets.tenant, tenant),
    user === undefined ? undefined : eq(budgets.user, user),
  )
}

async function writeBudget(transaction: Transaction, setting: BudgetSetting): Promise<Budget> {
  const budget: Budget = { whenSpent: 'reject', ...setting, id: budgetId(setting) }
  const { capNanoUsd, whenSpent } = budget
  await transaction
    .insert(budgets)
    .values(budget)
    .onConflictDoUpdate({ target: budgets.id, set: { capNanoUsd, whenSpent, setAt: sql`now()` } })
  return budget
}

/** Budgets and how their current windows stand, in the order of `BudgetStore.list`. */
export async function readBudgets(
  queries: Queries,
  condition: SQL | undefined,
  nowMs: number,
): Promise<readonly BudgetStatus[]> {
  const { day, month } = { day: budgetWindow(nowMs, 'day'), month: budgetWindow(nowMs, 'month') }
  const current = sql`case ${budgets.window} when 'day' then ${day.startsAt} else ${month.startsAt} end`
  const rows = await queries
    .select({ row: budgets, tally: budgetWindows })
    .from(budgets)
    .leftJoin(budgetWindows, and(eq(budgetWindows.budgetId, budgets.id), eq(budgetWindows.startsAt, current)))
    .where(condition)
    .orderBy(asc(budgets.tenant), sql`${budgets.user} nulls first`, asc(budgets.window))
  return rows.map(({ row, tally }) => {
    const budget = toBudget(row)
    const { startsAt, endsAtMs } = budget.window === 'day' ? day : month
    const { spentNanoUsd = 0, reservedNanoUsd = 0 } = tally ?? {}
    const window = { budgetId: budget.id, startsAt, spentNanoUsd, reservedNanoUsd }
    return toBudgetStatus({ ...window, budget, resetsAtMs: endsAtMs })
  })
}
