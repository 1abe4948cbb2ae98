import { type DatabaseLocation, openDatabase } from '../../../store/database.ts'
import { budgetWindows } from '../../../store/schema.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import type { OperationCosts } from '../../../store/reports/cost-report.ts'

/** What one window of a budget holds. */
export interface WindowRow {
  readonly budgetId: string
  readonly spentNanoUsd: number
  readonly reservedNanoUsd: number
}

export interface Books {
  readonly operations: readonly OperationCosts[]
  readonly windows: readonly WindowRow[]
}

/** Reads the whole ledger; nobody else may have an embedded one open. */
export async function readBooks(location: DatabaseLocation): Promise<Books> {
  const database = await openDatabase(location)
  try {
    return {
      operations: await createCostReports(database).operations({}),
      windows: await database.queries.select().from(budgetWindows),
    }
  } finally {
    await database.close()
  }
}
