import type { AttemptCosts, OperationCosts } from '../../../store/reports/cost-report.ts'
import type { FailureKind } from '../../../domain/failure.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'
import { TOKEN_PRICES, type TokenPrice } from './crash-catalog.ts'

export interface ComparisonOptions {
  /** Prices by the id that stands in the journal. */
  readonly prices?: Readonly<Record<string, TokenPrice>>
  /** Operations whose workflow was terminated: they get no end, because a person may start them again. */
  readonly abandoned?: ReadonlySet<string>
}

/**
 * Holds the ledger against the providers' own journals, joined by attempt id, once all work has ended. Each sentence
 * is something that must not be: none is the promise of exact accounting.
 */
export function findDisagreements(
  journal: readonly JournalEntry[],
  operations: readonly OperationCosts[],
  { prices = TOKEN_PRICES, abandoned = new Set() }: ComparisonOptions = {},
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
    ...rows.flatMap((row) => checkRow(row, entriesById.get(row.attemptId)?.[0], prices)),
    ...operations.flatMap(({ operationId, status }) =>
      status === 'open' && !abandoned.has(operationId) ? [`operation ${operationId} is still open`] : [],
    ),
  ]
}

/** Of these it is known that nothing was sent: a row without an entry is right when it costs nothing. */
const NOT_SENT: ReadonlySet<FailureKind | null> = new Set<FailureKind>([
  'unavailable',
  'timeout-before-send',
  'cancelled',
])

function checkRow(
  row: AttemptCosts,
  entry: JournalEntry | undefined,
  prices: Readonly<Record<string, TokenPrice>>,
): readonly string[] {
  const { attemptId, status, costNanoUsd, failureKind } = row
  if (status === 'open' || costNanoUsd === null) return [`${attemptId} is still open`]
  if (entry === undefined) {
    if (status === 'ambiguous') return []
    return NOT_SENT.has(failureKind) && costNanoUsd === 0
      ? []
      : [`${attemptId} is ${status}, but was never served`]
  }
  const billed = billOf(entry, prices)
  if (status === 'ambiguous') {
    return costNanoUsd >= billed ? [] : [`${attemptId} is booked at ${costNanoUsd}, below its bill ${billed}`]
  }
  return costNanoUsd === billed ? [] : [`${attemptId} is booked at ${costNanoUsd}, its bill is ${billed}`]
}

/** What the provider would ask for one call, in nano-dollars. */
function billOf(
  { model, inputTokens, outputTokens }: JournalEntry,
  prices: Readonly<Record<string, TokenPrice>>,
): number {
  const price = prices[model]
  if (price === undefined) throw new Error(`the journal names ${model}, which is in no catalog`)
  return inputTokens * price.input + outputTokens * price.output
}
