import { desc, eq, inArray, sql } from '../drizzle.ts'
import { attempts, optimisationResults, optimisationRuns } from '../schema.ts'
import type { Database } from '../connection.ts'
import type {
  OptimisationResult,
  OptimisationRun,
  OptimisationStatus,
  RecordedResult,
} from '../../domain/optimisation/result.ts'
import { versionKey } from '../../domain/routing/route-facts.ts'

/** What was optimised. Every method may be run twice. */
export interface OptimisationStore {
  begin(run: Pick<OptimisationRun, 'runId' | 'workflowId' | 'by' | 'request'>): Promise<void>
  record(runId: string, number: number, result: OptimisationResult): Promise<void>
  end(runId: string, status: Exclude<OptimisationStatus, 'running'>): Promise<void>
  /** The newest first, at most 50, each with its results; with `id`, the one with this run id, else those of this workflow. */
  list(filter: { readonly id?: string }): Promise<readonly OptimisationRun[]>
  /** When the last call of each version was opened, by `versionKey`; milliseconds since the epoch. */
  lastCalls(): Promise<ReadonlyMap<string, number>>
}

const MOST_LISTED = 50

export function createOptimisationStore(database: Database): OptimisationStore {
  const { queries } = database
  return {
    begin: async ({ runId, workflowId, by: startedBy, request }) => {
      await queries
        .insert(optimisationRuns)
        .values({ runId, workflowId, startedBy, request })
        .onConflictDoNothing()
    },
    record: async (runId, number, result) => {
      const { action, verdict, model = null, version = null } = result
      await queries
        .insert(optimisationResults)
        .values({ runId, number, action, model, version, verdict, result })
        .onConflictDoNothing()
    },
    end: async (runId, status) => {
      await queries
        .update(optimisationRuns)
        .set({ status, endedAt: sql`coalesce(${optimisationRuns.endedAt}, clock_timestamp())` })
        .where(eq(optimisationRuns.runId, runId))
    },
    list: async ({ id }) => {
      const { runId, workflowId, startedAt } = optimisationRuns
      const runs = await queries
        .select()
        .from(optimisationRuns)
        .where(id === undefined ? undefined : sql`${runId} = ${id} or ${workflowId} = ${id}`)
        .orderBy(desc(startedAt), runId)
        .limit(MOST_LISTED)
      return withResults(database, runs)
    },
    lastCalls: async () => {
      const { model, version, openedAt } = attempts
      const lastMs = sql`(extract(epoch from max(${openedAt})) * 1000)::float8`.mapWith(Number)
      const rows = await queries.select({ model, version, lastMs }).from(attempts).groupBy(model, version)
      return new Map(rows.map((row) => [versionKey(row), row.lastMs]))
    },
  }
}

async function withResults(
  { queries }: Database,
  runs: readonly (typeof optimisationRuns.$inferSelect)[],
): Promise<readonly OptimisationRun[]> {
  if (runs.length === 0) return []
  const ids = runs.map(({ runId }) => runId)
  const rows = await queries
    .select()
    .from(optimisationResults)
    .where(inArray(optimisationResults.runId, ids))
    .orderBy(optimisationResults.runId, optimisationResults.number)
  const byRun = Map.groupBy(rows, ({ runId }) => runId)
  return runs.map(({ startedBy: by, startedAt, endedAt, ...run }) => ({
    ...run,
    by,
    startedAtMs: Date.parse(startedAt),
    ...(endedAt === null ? {} : { endedAtMs: Date.parse(endedAt) }),
    results: (byRun.get(run.runId) ?? []).map(
      ({ number, result, endedAt: resultEndedAt }): RecordedResult => ({
        ...result,
        number,
        endedAtMs: Date.parse(resultEndedAt),
      }),
    ),
  }))
}
