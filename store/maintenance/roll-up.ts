import { sql } from '../drizzle.ts'
import { attempts, dailyUsage, operations } from '../schema.ts'
import type { Database, Transaction } from '../connection.ts'
import { inTransaction } from '../transaction.ts'
import { isSameLedger, type LedgerTotals, type RollUpOutcome } from '../../domain/optimisation/roll-up.ts'

/** Turns old operations and their attempts into rows of daily sums. */
export interface LedgerRollUp {
  /**
   * Moves at most a batch of the operations that ended longer ago than `keepDays`, and says what it did. All or nothing; the
   * totals of ledger and sums together stay the same to the nano-dollar, or nothing is moved.
   * @param isDryRun moves nothing and says what it would move
   */
  rollUp(options: { readonly keepDays: number; readonly isDryRun: boolean }): Promise<RollUpOutcome>
}

/** So many operations at a time: no transaction holds the ledger for long. */
const BATCH = 2_000

/** By the database's clock. `batch`: operations moved in one call, default 2,000. */
export function createLedgerRollUp(database: Database, batch: number = BATCH): LedgerRollUp {
  return {
    rollUp: ({ keepDays, isDryRun }) =>
      inTransaction(
        database,
        async (transaction) => {
          const [before, bytesBefore] = [await readTotals(transaction), await readBytes(transaction)]
          await chooseOperations(transaction, keepDays, isDryRun ? undefined : batch)
          const moved = await countMoved(transaction)
          if (!isDryRun && moved.operationsMoved > 0) await move(transaction)
          const after = isDryRun ? before : await readTotals(transaction)
          // Thrown inside the transaction: nothing of it stays.
          if (!isSameLedger(before, after))
            throw new Error('the sums differ from the rows that they are to replace')
          return { before, after, ...moved, bytesBefore, bytesAfter: await readBytes(transaction) }
        },
        { isolationLevel: 'repeatable read' },
      ),
  }
}

/**
 * What has ended, with all attempts closed. What was terminated from outside never gets an end and stays: a person may start it
 * again under its id.
 */
async function chooseOperations(transaction: Transaction, keepDays: number, most?: number): Promise<void> {
  await transaction.execute(sql`
    create temporary table rolled_operations on commit drop as
    select ${operations.operationId} as operation_id from ${operations}
    where ${operations.status} <> 'open'
      and ${operations.endedAt} < now() - make_interval(days => ${keepDays}::int)
      and not exists (
        select 1 from ${attempts}
        where ${attempts.operationId} = ${operations.operationId} and ${attempts.status} = 'open'
      )
    order by ${operations.endedAt}
    ${most === undefined ? sql`` : sql`limit ${most}::int`}`)
}

async function countMoved(
  transaction: Transaction,
): Promise<Pick<RollUpOutcome, 'attemptsMoved' | 'operationsMoved' | 'daysTouched' | 'cells'>> {
  const { rows } = await transaction.execute<
    Record<'operations' | 'attempts' | 'days' | 'cells', string>
  >(sql`
    select
      (select count(*) from rolled_operations) as operations,
      count(*) as attempts,
      count(distinct u."day") as days,
      count(distinct (u."day", u."kind", u."tenant", u."user", u."feature", u."model", u."provider", u."endpoint",
        a."version")) as cells
    from "accounted_attempts" u
    join rolled_operations using ("operation_id")
    join ${attempts} a using ("attempt_id")`)
  const [row] = rows
  return {
    operationsMoved: Number(row?.operations ?? 0),
    attemptsMoved: Number(row?.attempts ?? 0),
    daysTouched: Number(row?.days ?? 0),
    cells: Number(row?.cells ?? 0),
  }
}

async function move(transaction: Transaction): Promise<void> {
  await transaction.execute(sql`
    with rows as (
      select u.*, a."version",
        row_number() over (partition by u."operation_id" order by a."opened_at", a."attempt_id") as place
      from "accounted_attempts" u
      join rolled_operations using ("operation_id")
      join ${attempts} a using ("attempt_id")
    )
    insert into ${dailyUsage} as held (
      "cell", "day", "kind", "tenant", "user", "feature", "model", "version", "provider", "endpoint", "operations",
      "attempts", "errors", "ambiguous", "corrected", "ambiguous_nano_usd", "input_tokens", "output_tokens",
      "cost_nano_usd", "max_cost_nano_usd", "latency_sum_ms", "latency_count", "max_latency_ms"
    )
    select
      json_build_array("day", "kind", "tenant", "user", "feature", "model", "version", "provider", "endpoint")::text,
      "day", "kind", "tenant", "user", "feature", "model", "version", "provider", "endpoint",
      count(*) filter (where place = 1), count(*), count(*) filter (where "is_error"),
      count(*) filter (where "is_ambiguous"), count(*) filter (where "corrected_at" is not null),
      coalesce(sum("cost_nano_usd") filter (where "is_ambiguous"), 0),
      coalesce(sum("input_tokens"), 0), coalesce(sum("output_tokens"), 0),
      coalesce(sum("cost_nano_usd"), 0), coalesce(max("cost_nano_usd"), 0),
      coalesce(sum("latency_ms"), 0), count("latency_ms"), max("latency_ms")
    from rows
    group by "day", "kind", "tenant", "user", "feature", "model", "version", "provider", "endpoint"
    on conflict ("cell") do update set
      "operations" = held."operations" + excluded."operations",
      "attempts" = held."attempts" + excluded."attempts",
      "errors" = held."errors" + excluded."errors",
      "ambiguous" = held."ambiguous" + excluded."ambiguous",
      "corrected" = held."corrected" + excluded."corrected",
      "ambiguous_nano_usd" = held."ambiguous_nano_usd" + excluded."ambiguous_nano_usd",
      "input_tokens" = held."input_tokens" + excluded."input_tokens",
      "output_tokens" = held."output_tokens" + excluded."output_tokens",
      "cost_nano_usd" = held."cost_nano_usd" + excluded."cost_nano_usd",
      "max_cost_nano_usd" = greatest(held."max_cost_nano_usd", excluded."max_cost_nano_usd"),
      "latency_sum_ms" = held."latency_sum_ms" + excluded."latency_sum_ms",
      "latency_count" = held."latency_count" + excluded."latency_count",
      "max_latency_ms" = greatest(held."max_latency_ms", excluded."max_latency_ms")`)
  await transaction.execute(
    sql`delete from ${attempts} where ${attempts.operationId} in (select operation_id from rolled_operations)`,
  )
  await transaction.execute(
    sql`delete from ${operations} where ${operations.operationId} in (select operation_id from rolled_operations)`,
  )
}

/** As text, so that no sum is rounded. Operations without an attempt cost nothing and are in no report. */
async function readTotals(transaction: Transaction): Promise<LedgerTotals> {
  const { rows } = await transaction.execute<{
    operations: string
    attempts: string
    input: string
    output: string
    cost: string
  }>(sql`
    select
      (count(distinct "operation_id") + coalesce(sum("rolled_operations"), 0))::text as operations,
      coalesce(sum("attempts"), 0)::text as attempts,
      coalesce(sum("input_tokens"), 0)::text as input,
      coalesce(sum("output_tokens"), 0)::text as output,
      coalesce(sum("cost_nano_usd"), 0)::text as cost
    from "accounted_usage"`)
  const [row] = rows
  if (row === undefined) throw new Error('A sum over the ledger gave no row')
  const { input: inputTokens, output: outputTokens, cost } = row
  return {
    operations: Number(row.operations),
    attempts: Number(row.attempts),
    inputTokens,
    outputTokens,
    cost,
  }
}

async function readBytes(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.execute<{ bytes: string }>(sql`
    select (pg_total_relation_size('attempts') + pg_total_relation_size('operations')
      + pg_total_relation_size('daily_usage'))::text as bytes`)
  return Number(rows[0]?.bytes ?? 0)
}
