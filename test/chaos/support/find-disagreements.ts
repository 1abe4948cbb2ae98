import type { AttemptCosts, OperationCosts } from '../../../store/cost-report.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'
import { TOKEN_PRICES } from './crash-catalog.ts'

/**
 * Holds the ledger against the provider's own journal, joined by attempt id, once all work has ended. Each sentence
 * is something that must not be: none is the promise of exact accounting.
 */
export function findDisagreements(
  journal: readonly JournalEntry[],
  operations: readonly OperationCosts[],
): readonly string[] {
  const rows = operations.flatMap(({ attempts }) => attempts)
  const rowsById = Map.groupBy(rows, ({ attemptId }) => attemptId)
  const entriesById = Map.groupBy(journal, ({ attemptId }) => attemptId)
  return [
    ...[...rowsById].flatMap(([id, same]) => (same.length === 1 ? [] : [`${same.length} rows are of ${id}`])),
    ...[...entriesById].flatMap(([id, same]) => [
      ...(same.length === 1 ? [] : [`${id} was sent ${same.length} times`]),
      ...(rowsById.has(id) ? [] : [`${id} was served, but has no row`]),
    ]),
    ...rows.flatMap((row) => checkRow(row, entriesById.get(row.attemptId)?.[0])),
    ...operations.flatMap(({ operationId, status }) =>
      status === 'open' ? [`operation ${operationId} is still open`] : [],
    ),
  ]
}

function checkRow(row: AttemptCosts, entry: JournalEntry | undefined): readonly string[] {
  const { attemptId, status, costNanoUsd } = row
  if (status === 'open' || costNanoUsd === null) return [`${attemptId} is still open`]
  if (entry === undefined) {
    return status === 'ambiguous' ? [] : [`${attemptId} is ${status}, but was never served`]
  }
  const billed = billOf(entry)
  if (status === 'ambiguous') {
    return costNanoUsd >= billed ? [] : [`${attemptId} is booked at ${costNanoUsd}, below its bill ${billed}`]
  }
  return costNanoUsd === billed ? [] : [`${attemptId} is booked at ${costNanoUsd}, its bill is ${billed}`]
}

/** What the provider would ask for one call, in nano-dollars. */
function billOf({ model, inputTokens, outputTokens }: JournalEntry): number {
  const price = TOKEN_PRICES[model]
  if (price === undefined) throw new Error(`the journal names ${model}, which is in no catalog`)
  return inputTokens * price.input + outputTokens * price.output
}
