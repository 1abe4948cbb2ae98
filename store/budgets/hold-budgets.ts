import { and, eq, inArray, type SQL, sql } from '../drizzle.ts'
import { appliesTo, type Budget } from '../../domain/budget/budget.ts'
import { type BudgetWindow, budgetWindow, type WindowKey } from '../../domain/budget/budget-window.ts'
import { budgets, budgetWindows } from '../schema.ts'
import type { AdmissionRecord } from '../ledger/ledger.ts'
import { BudgetBooks } from './budget-books.ts'
import type { Transaction } from '../connection.ts'
import { recordset, textArray } from '../recordset.ts'
import { toBudget } from './to-budget.ts'

// Every transaction holds its operations before its budget windows; of these it inserts the new ones first and locks
// all it needs after, each in one fixed order. Whoever waits for an insert holds no window that is older, and whoever
// waits for a lock waits for nobody who inserts: so no two wait for each other.

/** Locks the windows that admissions may reserve in and those that settlements change, until the transaction ends. */
export async function holdBudgets(
  transaction: Transaction,
  admissions: readonly AdmissionRecord[],
  reserved: readonly WindowKey[],
): Promise<BudgetBooks> {
  const known = await readBudgets(transaction, admissions)
  const wanted = admissions.flatMap((record) => windowsFor(record, known.budgets))
  await insertWindows(
    transaction,
    wanted.filter(({ budgetId, startsAt }) => !known.windows.has(`${budgetId} ${startsAt}`)),
  )
  const keys = [...wanted, ...reserved]
  if (keys.length === 0) return new BudgetBooks(known.budgets, [])
  const rows = await transaction
    .select()
    .from(budgetWindows)
    .where(isOneOf(keys))
    .orderBy(budgetWindows.budgetId, budgetWindows.startsAt)
    .for('no key update')
  return new BudgetBooks(known.budgets, rows)
}

/** Writes back what the transaction reserved and settled. */
export async function writeBudgets(transaction: Transaction, books: BudgetBooks): Promise<void> {
  const { changed } = books
  if (changed.length === 0) return
  const { budgetId, startsAt, spentNanoUsd, reservedNanoUsd } = budgetWindows
  const { source } = recordset({ budgetId, startsAt, spentNanoUsd, reservedNanoUsd }, changed)
  await transaction.execute(sql`
    update ${budgetWindows} set spent_nano_usd = record.spent_nano_usd, reserved_nano_usd = record.reserved_nano_usd
    from ${source} where ${budgetId} = record.budget_id and ${startsAt} = record.starts_at`)
}

interface KnownBudgets {
  readonly budgets: readonly Budget[]
  /** The windows of now that are in the table already; they never leave it. */
  readonly windows: ReadonlySet<string>
}

/** The budgets of the tenants that ask. With them, in the same round trip, which windows need no insert. */
async function readBudgets(
  transaction: Transaction,
  admissions: readonly AdmissionRecord[],
): Promise<KnownBudgets> {
  const tenants = [...new Set(admissions.map(({ operation }) => operation.tenant))]
  if (tenants.length === 0) return { budgets: [], windows: new Set() }
  const starts = new Set(
    admissions.flatMap(({ nowMs }) => bothWindows(nowMs).map(({ startsAt }) => startsAt)),
  )
  const rows = await transaction
    .select({ budget: budgets, startsAt: budgetWindows.startsAt })
    .from(budgets)
    .leftJoin(
      budgetWindows,
      and(eq(budgetWindows.budgetId, budgets.id), inArray(budgetWindows.startsAt, [...starts])),
    )
    .where(sql`${budgets.tenant} = any(${textArray(tenants)})`)
    .orderBy(budgets.id)
  const byId = new Map(rows.map(({ budget }) => [budget.id, toBudget(budget)]))
  return {
    budgets: [...byId.values()],
    windows: new Set(rows.map(({ budget, startsAt }) => `${budget.id} ${startsAt}`)),
  }
}

function bothWindows(nowMs: number): readonly BudgetWindow[] {
  return [budgetWindow(nowMs, 'day'), budgetWindow(nowMs, 'month')]
}

function windowsFor({ operation, nowMs }: AdmissionRecord, all: readonly Budget[]): readonly WindowKey[] {
  return all
    .filter((budget) => appliesTo(budget, operation))
    .map((budget) => ({ budgetId: budget.id, startsAt: budgetWindow(nowMs, budget.window).startsAt }))
}

async function insertWindows(transaction: Transaction, keys: readonly WindowKey[]): Promise<void> {
  if (keys.length === 0) return
  const rows = keys
    .map((key) => ({ ...key, spentNanoUsd: 0, reservedNanoUsd: 0 }))
    .toSorted(
      (left, right) =>
        compareTexts(left.budgetId, right.budgetId) || compareTexts(left.startsAt, right.startsAt),
    )
  const { budgetId, startsAt, spentNanoUsd, reservedNanoUsd } = budgetWindows
  const { names, values, source } = recordset({ budgetId, startsAt, spentNanoUsd, reservedNanoUsd }, rows)
  await transaction.execute(sql`
    insert into ${budgetWindows} (${names}) select ${values} from ${source} on conflict do nothing`)
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}

function isOneOf(keys: readonly WindowKey[]): SQL {
  const { budgetId, startsAt } = budgetWindows
  const { source } = recordset({ budgetId, startsAt }, keys)
  return sql`(${budgetId}, ${startsAt}) in (select record.budget_id, record.starts_at from ${source})`
}
