import { type Column, renderTable } from './table.ts'
import type { ExpensiveOperation } from '../../domain/cost-report.ts'
import { formatCount } from './format.ts'
import { formatUsd } from '../../domain/money.ts'

const COLUMNS: readonly Column[] = [
  { title: 'operation' },
  { title: 'kind' },
  { title: 'tenant' },
  { title: 'user' },
  { title: 'calls', align: 'right' },
  { title: 'cost', align: 'right' },
]

/**
 * The dearest operations as a table.
 * @param limit how many were asked for at most: a full list says that there may be more
 */
export function expensiveTable(operations: readonly ExpensiveOperation[], limit: number): string {
  if (operations.length === 0) return 'No operation cost that much.'
  const rows = operations.map(({ operationId, kind, tenant, user, attempts, costNanoUsd }) => [
    operationId,
    kind,
    tenant,
    user ?? '(none)',
    formatCount(attempts),
    formatUsd(costNanoUsd),
  ])
  const table = renderTable(COLUMNS, rows)
  return rows.length < limit ? table : `${table}\n\nThese are the dearest ${limit}; --limit shows more.`
}
