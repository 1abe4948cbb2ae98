import type { RolloutArms } from '../store/routing/observed-calls.ts'
import type { RolloutCountReader, RolloutReading } from '../store/routing/rollout-counts.ts'
import {
  addAttempts,
  type AttemptTally,
  countMirrored,
  countsOf,
  type GuardCounts,
  mergeCounts,
  newTally,
} from '../domain/rollout/evidence/counts.ts'
import type { CountGuard, CountMetric } from '../domain/rollout/guards.ts'
import { recentCanary } from '../domain/rollout/evidence/recent.ts'
import type { RecentCanary } from '../domain/rollout/evidence/thresholds.ts'

export interface ReadRolloutCountsInput extends RolloutArms {
  /** Requests assigned from here on count. Milliseconds since the epoch. */
  readonly fromMs: number
  readonly guards: readonly CountGuard[]
  /** The limits that were frozen when the rollout began, by guard, in milliseconds. */
  readonly limitsMs: Readonly<Record<string, number>>
  /** Over how much time the plain limits look, in milliseconds. */
  readonly windowMs: number
}

export interface ReadRolloutCountsOutput {
  readonly watermarkMs: number
  /** Totals since `fromMs`, for each guard. */
  readonly counts: readonly GuardCounts[]
  readonly recent: RecentCanary
}

export interface ReadRolloutLimitsInput {
  readonly model: string
  readonly version: string
  readonly guards: readonly CountGuard[]
}

export interface RolloutCountActivityDeps {
  readonly counts: RolloutCountReader
}

/** What was counted for one rollout so far. */
interface Book {
  watermarkMs: number
  readonly tallies: ReadonlyMap<string, AttemptTally>
  readonly mirrored: Map<string, GuardCounts>
  readonly mirroredKeys: Set<string>
}

/** Rollouts whose books are kept; another one's are counted again from its start. */
const MOST_BOOKS = 20

/** Counts for rollouts. Only the counts travel; what was counted before is kept, so that a long rollout costs no more. */
export function createRolloutCountActivities({ counts }: RolloutCountActivityDeps) {
  const books = new Map<string, Book>()
  return {
    /** Counts everything that was assigned since the rollout began. May be run twice, and on any worker. */
    readRolloutCounts: async (input: ReadRolloutCountsInput): Promise<ReadRolloutCountsOutput> => {
      const { model, stableVersion, canaryVersion, fromMs, guards, windowMs } = input
      const book = openBook(books, input)
      const afterMs = book.watermarkMs
      const reading = await counts.read({ model, stableVersion, canaryVersion, fromMs, afterMs })
      // A reading that was thought lost may have come in between.
      if (book.watermarkMs === afterMs) addReading(book, reading, input)
      return {
        watermarkMs: book.watermarkMs,
        counts: guards.map((guard) => totalsOf(book, guard)),
        recent: recentCanary(reading.recent, reading.watermarkMs - windowMs),
      }
    },

    /** The 95th percentiles of a version for the guards over times, by guard; absent where too little was measured. */
    readRolloutLimits: async ({
      model,
      version,
      guards,
    }: ReadRolloutLimitsInput): Promise<Readonly<Record<string, number>>> => {
      const { timeToFirstTokenMs, timePerOutputTokenMs } = await counts.percentiles({ model, version })
      const measured: Partial<Record<CountMetric, number | undefined>> = {
        'time-to-first-token': timeToFirstTokenMs,
        'time-per-output-token': timePerOutputTokenMs,
      }
      return Object.fromEntries(
        guards.flatMap(({ name, metric }) => {
          const limitMs = measured[metric]
          return limitMs === undefined ? [] : [[name, limitMs]]
        }),
      )
    },
  }
}

export type RolloutCountActivities = ReturnType<typeof createRolloutCountActivities>

function openBook(books: Map<string, Book>, { windowMs: _windowMs, ...scope }: ReadRolloutCountsInput): Book {
  const name = JSON.stringify(scope)
  const known = books.get(name)
  if (known !== undefined) return known
  const [oldest] = books.keys()
  if (oldest !== undefined && books.size >= MOST_BOOKS) books.delete(oldest)
  const book: Book = {
    watermarkMs: scope.fromMs,
    tallies: new Map(scope.guards.map((guard) => [guard.name, newTally()])),
    mirrored: new Map(),
    mirroredKeys: new Set(),
  }
  books.set(name, book)
  return book
}

function addReading(
  book: Book,
  { attempts, mirrored, watermarkMs }: RolloutReading,
  { guards, limitsMs }: ReadRolloutCountsInput,
): void {
  const { tallies, mirroredKeys } = book
  // A key that sends several requests counts once, as its first pair.
  const pairs = mirrored.filter(({ canary: { key } }) => {
    const isNew = !mirroredKeys.has(key)
    mirroredKeys.add(key)
    return isNew
  })
  for (const guard of guards) {
    const limitMs = guard.limitMs ?? limitsMs[guard.name]
    const tally = tallies.get(guard.name)
    if (tally !== undefined) addAttempts(tally, attempts, guard, limitMs)
    const before = book.mirrored.get(guard.name) ?? { guard: guard.name, cells: [] }
    book.mirrored.set(guard.name, mergeCounts(before, countMirrored(pairs, guard, limitMs)))
  }
  book.watermarkMs = watermarkMs
}

function totalsOf({ tallies, mirrored }: Book, guard: CountGuard): GuardCounts {
  const counted = countsOf(tallies.get(guard.name) ?? newTally(), guard)
  return mergeCounts(counted, mirrored.get(guard.name) ?? { guard: guard.name, cells: [] })
}
