import { endpointHealth, quotaPools, tickets } from '../schema.ts'
import { recordset, textArray } from '../recordset.ts'
import type { LimitBooks } from './limit-books.ts'
import { sql } from '../drizzle.ts'
import type { Transaction } from '../connection.ts'

/** Who does not come back for his turn within this time loses his place, in milliseconds. */
const GRACE_MS = 15_000

/** Writes back what the transaction admitted, queued and noted. */
export async function writeLimits(transaction: Transaction, books: LimitBooks): Promise<void> {
  await writePauses(transaction, books)
  await writeBreakers(transaction, books)
  await writePlaces(transaction, books)
  if (books.served.length > 0) {
    await transaction.execute(
      sql`delete from ${tickets} where ${tickets.attemptId} = any(${textArray(books.served)})`,
    )
  }
}

async function writePauses(transaction: Transaction, { pauses }: LimitBooks): Promise<void> {
  for (const { pool, pausedForMs } of pauses) {
    await transaction.execute(sql`
      update ${quotaPools} set paused_until = clock_timestamp() + ${pausedForMs}::float8 * interval '1 millisecond'
      where ${quotaPools.pool} = ${pool}`)
  }
}

async function writeBreakers(transaction: Transaction, { breakers }: LimitBooks): Promise<void> {
  if (breakers.length === 0) return
  const { endpoint, breaker } = endpointHealth
  const { source } = recordset({ endpoint, breaker }, breakers)
  await transaction.execute(sql`
    update ${endpointHealth} set breaker = record.breaker::json, changed_at = clock_timestamp()
    from ${source} where ${endpoint} = record.endpoint`)
}

async function writePlaces(transaction: Transaction, { places }: LimitBooks): Promise<void> {
  if (places.length === 0) return
  const rows = places.map(({ pool, ticket }) => ({
    ...ticket,
    pool,
    enqueuedAt: new Date(ticket.enqueuedAtMs).toISOString(),
  }))
  const { attemptId, pool, tenant, priority, turn, tokens, enqueuedAt } = tickets
  const { names, values, source } = recordset(
    { attemptId, pool, tenant, priority, turn, tokens, enqueuedAt },
    rows,
  )
  const longestMs = Math.max(...places.map(({ waitMs }) => waitMs)) + GRACE_MS
  await transaction.execute(sql`
    insert into ${tickets} (${names}, expires_at)
    select ${values}, clock_timestamp() + ${longestMs}::float8 * interval '1 millisecond' from ${source}
    on conflict (attempt_id) do update set pool = excluded.pool, priority = excluded.priority,
      turn = case when ${tickets.pool} = excluded.pool then ${tickets.turn} else excluded.turn end,
      tokens = excluded.tokens, expires_at = excluded.expires_at`)
}
