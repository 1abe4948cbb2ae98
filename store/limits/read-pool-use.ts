import type { HeldPool } from './limit-books.ts'
import type { Priority, Ticket } from '../../domain/limits/ticket.ts'
import { attempts, tickets } from '../schema.ts'
import { sql } from '../drizzle.ts'
import { textArray } from '../recordset.ts'
import type { Transaction } from '../connection.ts'

/** Which of the held pools to look into. */
export interface PoolQuestion {
  readonly pools: readonly string[]
  /** Those whose use counts, because they have limits. */
  readonly limited: readonly string[]
  /** Those in which calls may wait. */
  readonly lined: readonly string[]
  readonly pausedForMs: ReadonlyMap<string, number>
}

type UseRow = Readonly<{
  pool: string
  open_calls: number
  requests: number
  tokens: number
  oldest_ago_ms: number | null
  typical_call_ms: number | null
}>

/** What the pools have in use and who waits for them. The transaction must hold the pools. */
export async function readPoolUse(
  transaction: Transaction,
  { pools, limited, lined, pausedForMs }: PoolQuestion,
): Promise<ReadonlyMap<string, HeldPool>> {
  const use = await readUse(transaction, limited)
  const waiting = await readTickets(transaction, lined)
  return new Map(
    pools.map((pool) => {
      const row = use.get(pool)
      return [
        pool,
        {
          waiting: waiting.get(pool) ?? [],
          tally: {
            openCalls: row?.open_calls ?? 0,
            requestsInMinute: row?.requests ?? 0,
            tokensInMinute: row?.tokens ?? 0,
            pausedForMs: pausedForMs.get(pool) ?? 0,
            ...(row === undefined || row.oldest_ago_ms === null ? {} : { oldestAgoMs: row.oldest_ago_ms }),
            ...(row === undefined || row.typical_call_ms === null
              ? {}
              : { typicalCallMs: row.typical_call_ms }),
          },
        },
      ]
    }),
  )
}

/** What limited pools have in use, from the ledger itself: nothing that could leak is counted beside it. */
async function readUse(
  transaction: Transaction,
  pools: readonly string[],
): Promise<ReadonlyMap<string, UseRow>> {
  if (pools.length === 0) return new Map()
  const { rows } = await transaction.execute<UseRow>(sql`
    with clock as (select clock_timestamp() as now),
    used as (
      select quota_pool, status, lease_expires_at, opened_at, true as is_recent,
        coalesce(input_tokens + output_tokens, case when status in ('open', 'ambiguous') then reserved_tokens else 0 end) as tokens
        from ${attempts}, clock
        where quota_pool = any(${textArray(pools)}) and opened_at > now - interval '1 minute'
      union all
      select quota_pool, status, lease_expires_at, opened_at, false, 0 from ${attempts}, clock
        where status = 'open' and opened_at <= now - interval '1 minute' and quota_pool = any(${textArray(pools)}))
    select quota_pool as pool,
      (count(*) filter (where status = 'open' and lease_expires_at > now))::int as open_calls,
      (count(*) filter (where is_recent))::int as requests,
      coalesce(sum(tokens), 0)::float8 as tokens,
      (extract(epoch from max(now) - min(opened_at) filter (where is_recent)) * 1000)::float8 as oldest_ago_ms,
      (select avg(latency_ms) from (
        select latency_ms from ${attempts} where quota_pool = used.quota_pool and latency_ms is not null
        order by opened_at desc limit 20) as last_calls)::float8 as typical_call_ms
    from used, clock group by quota_pool`)
  return new Map(rows.map((row) => [row.pool, row]))
}

async function readTickets(
  transaction: Transaction,
  pools: readonly string[],
): Promise<ReadonlyMap<string, readonly Ticket[]>> {
  if (pools.length === 0) return new Map()
  const { rows } = await transaction.execute<
    Readonly<{
      pool: string
      attempt_id: string
      tenant: string
      priority: Priority
      turn: number
      tokens: number
      enqueued_at_ms: number
    }>
  >(sql`
    select pool, attempt_id, tenant, priority, turn, tokens, (extract(epoch from enqueued_at) * 1000)::float8 as enqueued_at_ms
    from ${tickets} where pool = any(${textArray(pools)}) and expires_at > clock_timestamp()
    order by enqueued_at, attempt_id`)
  const byPool = Map.groupBy(rows, ({ pool }) => pool)
  return new Map(
    [...byPool].map(([pool, all]) => [
      pool,
      all.map(({ attempt_id: attemptId, tenant, priority, turn, tokens, enqueued_at_ms: enqueuedAtMs }) => ({
        attemptId,
        tenant,
        priority,
        turn,
        tokens,
        enqueuedAtMs,
      })),
    ]),
  )
}
