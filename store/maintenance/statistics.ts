import { sql } from '../drizzle.ts'
import type { Database, Transaction } from '../connection.ts'
import type { StatementTimes } from '../../domain/optimisation/judge-statistics.ts'
import { inTransaction } from '../transaction.ts'

/** Gathers what the planner knows of the tables. */
export interface TableStatistics {
  /**
   * Gathers new statistics, times the statements that are run most before and after, and keeps the new ones if `isKept` says so.
   * Others see them only then: a transaction that is rolled back takes them back.
   */
  refresh<Judgement extends { readonly isKept: boolean }>(
    judge: (times: StatementTimes) => Judgement,
    options: { readonly isDryRun: boolean },
  ): Promise<Judgement>
}

const REPETITIONS = 7

/** The tables that grow. */
const TABLES = [
  'attempts',
  'operations',
  'content_objects',
  'budget_windows',
  'tickets',
  'daily_usage',
] as const

/** What routing, the sweeper, the reports and the retention ask again and again. */
const HOT_STATEMENTS = [
  sql`select "model", "version", percentile_cont(0.95) within group (order by "latency_ms") from "attempts"
    where "opened_at" > now() - interval '1 hour' and "status" = 'completed' and "latency_ms" is not null
    group by "model", "version"`,
  sql`select "attempt_id" from "attempts" where "status" = 'open' order by "opened_at", "attempt_id" limit 200`,
  sql`select "tenant", sum("cost_nano_usd") from "accounted_usage" where "accepted_at" > now() - interval '30 days'
    group by "tenant"`,
  sql`select "operation_id", "sha256" from "content_objects" where "created_at" < now() - interval '30 days'
    order by "created_at", "operation_id", "sha256" limit 500`,
]

/** Marks the end of a transaction whose work is not to stay. */
class TakenBack extends Error {}

export function createTableStatistics(database: Database): TableStatistics {
  return {
    refresh: async (judge, { isDryRun }) => {
      const found: { judgement?: ReturnType<typeof judge> } = {}
      try {
        await inTransaction(database, async (transaction) => {
          await timeStatements(transaction)
          const beforeMs = await timeRepeatedly(transaction)
          await transaction.execute(sql.raw(`analyze ${TABLES.map((name) => `"${name}"`).join(', ')}`))
          await timeStatements(transaction)
          found.judgement = judge({ beforeMs, afterMs: await timeRepeatedly(transaction) })
          if (isDryRun || !found.judgement.isKept) throw new TakenBack()
        })
      } catch (error) {
        if (!(error instanceof TakenBack)) throw error
      }
      if (found.judgement === undefined) throw new Error('the statements were not timed')
      return found.judgement
    },
  }
}

async function timeRepeatedly(transaction: Transaction): Promise<readonly number[]> {
  const times: number[] = []
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    times.push(await timeStatements(transaction))
  }
  return times
}

async function timeStatements(transaction: Transaction): Promise<number> {
  const startedAt = performance.now()
  for (const statement of HOT_STATEMENTS) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    await transaction.execute(statement)
  }
  return performance.now() - startedAt
}
