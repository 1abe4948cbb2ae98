import { isDeepStrictEqual } from 'node:util'
import type { AttemptCosts, OperationCosts } from '../../../store/reports/cost-report.ts'
import type { Books, WindowRow } from './read-books.ts'
import { findDisagreements } from '../support/find-disagreements.ts'
import { INTERVENTIONS, type Intervention } from './plan-request.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'
import { operationOf, type RequestEnd } from './make-request.ts'
import type { RequestRecord } from './start-load.ts'
import { STORM_PRICES } from './storm-catalog.ts'

/** Everything that is known when a storm is over. */
export interface StormFacts {
  readonly records: readonly RequestRecord[]
  /** What another client heard when it asked for the same requests again; by request id. */
  readonly askedAgain: ReadonlyMap<string, RequestEnd>
  readonly journal: readonly JournalEntry[]
  readonly books: Books
  /** How often each was done to a request in flight. */
  readonly interventions: Readonly<Record<Intervention, number>>
  /** Workers that did not stop in order at the end. */
  readonly uncleanStops: readonly string[]
}

/** Holds a storm against what must be; each sentence is something that is off. */
export function judgeStorm(facts: StormFacts): readonly string[] {
  const { records, journal, books, interventions, uncleanStops } = facts
  const operations = new Map(books.operations.map((operation) => [operation.operationId, operation]))
  const accepted = new Set(records.map(({ planned }) => operationOf(planned)))
  const abandoned = new Set(
    records.flatMap(({ planned, end }) => (end.kind === 'terminated' ? [operationOf(planned)] : [])),
  )
  return [
    ...findDisagreements(journal, books.operations, { prices: STORM_PRICES, abandoned }),
    ...records.flatMap((record) => judgeRequest(record, operations.get(operationOf(record.planned)), facts)),
    ...[...operations.keys()].flatMap((id) => (accepted.has(id) ? [] : [`${id} was never accepted`])),
    ...judgeWindows(books),
    ...INTERVENTIONS.flatMap((kind) => (interventions[kind] > 0 ? [] : [`no request was hit by ${kind}`])),
    ...uncleanStops,
  ]
}

const LEDGER_STATUS = { answered: 'completed', refused: 'failed', cancelled: 'cancelled' } as const
const CAUSE = { cancelled: 'cancel', terminated: 'terminate' } as const

/** One end, the same whoever asks, and the same in the ledger. */
function judgeRequest(
  { planned, end }: RequestRecord,
  operation: OperationCosts | undefined,
  { askedAgain }: StormFacts,
): readonly string[] {
  const id = operationOf(planned)
  if (operation === undefined) return [`${id} was accepted, but is not in the ledger`]
  const again = askedAgain.get(planned.requestId)
  const problems: string[] = []
  if (!isDeepStrictEqual(again, end)) problems.push(`${id} ended as ${name(end)}, then as ${name(again)}`)
  if (end.kind === 'answered' || end.kind === 'refused') {
    problems.push(...judgeReport(id, end, operation.attempts))
  } else if (planned.intervention !== CAUSE[end.kind]) {
    problems.push(`${id} was ${end.kind}, and nobody had asked for that`)
  }
  if (end.kind !== 'terminated' && operation.status !== LEDGER_STATUS[end.kind]) {
    problems.push(`${id} was ${end.kind}, but is ${operation.status} in the ledger`)
  }
  return problems
}

function name(end: RequestEnd | undefined): string {
  return end === undefined ? 'nothing' : `${end.kind} (${end.text.slice(0, 80)})`
}

/** What the caller was told of each attempt stands in the ledger. */
function judgeReport(
  id: string,
  { attempts, costNanoUsd }: Extract<RequestEnd, { kind: 'answered' | 'refused' }>,
  rows: readonly AttemptCosts[],
): readonly string[] {
  const sum = attempts.reduce((total, attempt) => total + attempt.costNanoUsd, 0)
  const total = sum === costNanoUsd ? [] : [`${id} costs ${costNanoUsd}, its attempts ${sum}`]
  return [
    ...total,
    ...attempts.flatMap((attempt) => {
      const row = rows.find(({ attemptId }) => attemptId === attempt.attemptId)
      if (row?.status === attempt.status && row.costNanoUsd === attempt.costNanoUsd) return []
      return [
        `${attempt.attemptId} was reported as ${attempt.status} at ${attempt.costNanoUsd}, ` +
          `its row is ${row?.status ?? 'missing'} at ${row?.costNanoUsd ?? 'nothing'}`,
      ]
    }),
  ]
}

/** Nothing is reserved any more, and every budget has counted exactly what the ledger holds. */
function judgeWindows({ windows, operations }: Books): readonly string[] {
  const reserved = windows.flatMap(({ budgetId, reservedNanoUsd }) =>
    reservedNanoUsd === 0 ? [] : [`budget ${budgetId} still holds ${reservedNanoUsd} reserved`],
  )
  const byBudget = Map.groupBy(windows, ({ budgetId }) => budgetId)
  const spent = [...byBudget].flatMap(([budgetId, rows]) => judgeSpent(budgetId, rows, operations))
  return [...(windows.length > 0 ? [] : ['no budget was used']), ...reserved, ...spent]
}

function judgeSpent(
  budgetId: string,
  rows: readonly WindowRow[],
  operations: readonly OperationCosts[],
): readonly string[] {
  const [, tenant, user] = budgetId.split('/')
  const counted = operations.filter(
    (operation) => operation.tenant === tenant && (user === undefined || operation.user === user),
  )
  const cost = counted.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)
  const spent = rows.reduce((sum, { spentNanoUsd }) => sum + spentNanoUsd, 0)
  return spent === cost ? [] : [`budget ${budgetId} has counted ${spent}, its operations cost ${cost}`]
}
