import type { Kills } from './strike.ts'
import { operationOf } from './make-request.ts'
import type { StormFacts } from './judge-storm.ts'

/** A storm in numbers. */
export interface StormFigures {
  readonly requests: number
  readonly answered: number
  readonly refused: number
  readonly kills: Kills
  /** Calls that reached a provider. */
  readonly upstreamCalls: number
  /** Answers that a provider began for an operation which had got one before: paid for twice. */
  readonly duplicates: number
  readonly ambiguous: number
  /** Attempts beyond the first of each operation. */
  readonly retries: number
  /** Workers that ended by themselves, because what they need was away, and were started again. */
  readonly ownEnds: number
}

export function stormFigures(
  { records, journal, books }: Pick<StormFacts, 'records' | 'journal' | 'books'>,
  { kills, ownEnds }: Pick<StormFigures, 'kills' | 'ownEnds'>,
): StormFigures {
  const attempts = books.operations.flatMap((operation) => operation.attempts)
  const operationOfAttempt = new Map(
    books.operations.flatMap(({ operationId, attempts: rows }) =>
      rows.map((row) => [row.attemptId, operationId] as const),
    ),
  )
  const answers = journal.filter(({ status, answered }) => answered && status === 200)
  const answeredOperations = new Set(answers.map(({ attemptId }) => operationOfAttempt.get(attemptId)))
  return {
    requests: new Set(records.map(({ planned }) => operationOf(planned))).size,
    answered: records.filter(({ end }) => end.kind === 'answered').length,
    refused: records.filter(({ end }) => end.kind === 'refused').length,
    kills,
    upstreamCalls: journal.length,
    duplicates: answers.length - answeredOperations.size,
    ambiguous: attempts.filter(({ status }) => status === 'ambiguous').length,
    retries: attempts.length - books.operations.length,
    ownEnds,
  }
}

/** All on one line: `seed=7 store=postgres requests=…`. */
export function figuresLine(
  figures: StormFigures,
  {
    mismatches,
    ...about
  }: Readonly<Record<'seed' | 'mismatches' | 'seconds', number>> & {
    readonly store: string
  },
): string {
  const { kills, ...rest } = figures
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0)
  const byVictim = Object.entries(kills).map(([victim, count]) => [`kills.${victim}`, count])
  const fields: Readonly<Record<string, string | number>> = {
    ...about,
    ...rest,
    kills: total,
    ...Object.fromEntries(byVictim),
    mismatches,
  }
  return Object.entries(fields)
    .map(([field, value]) => `${field}=${value}`)
    .join(' ')
}
