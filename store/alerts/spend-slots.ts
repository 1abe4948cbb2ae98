import {
  hoursOver,
  readSpend,
  SLOT_MS,
  SLOTS_LOOKED_AT,
  type SpendReading,
} from '../../domain/alerts/spend-slots.ts'
import type { Database, Transaction } from '../connection.ts'
import type { NanoUsd } from '../../domain/money.ts'
import { attempts, operations, spendSlots } from '../schema.ts'
import { inTransaction } from '../transaction.ts'
import { moment } from '../moments.ts'
import { sql } from '../drizzle.ts'

/** What tenants spend, in slots of five minutes. `nowMs`: milliseconds since the epoch. */
export interface SpendSlotStore {
  /** Brings the slots up to date with the ledger. The first time it reads a week of it. May be run twice. */
  refresh(nowMs: number): Promise<void>
  /** Tenants that spent at least so much in the last hour; all others are too quiet to be looked at. */
  read(nowMs: number, leastNanoUsd: NanoUsd): Promise<readonly SpendReading[]>
}

/** Slots that may still change: a settlement is seen only when its transaction has committed. */
const UNSETTLED_SLOTS = 2
/** A call that took longer than this is in no slot, in milliseconds. */
const LONGEST_CALL_MS = 2 * 3_600_000
const KEPT_SLOTS = SLOTS_LOOKED_AT + 12

export function createSpendSlotStore(database: Database): SpendSlotStore {
  return {
    refresh: (nowMs) => inTransaction(database, (transaction) => refresh(transaction, nowMs)),
    read: (nowMs, leastNanoUsd) =>
      inTransaction(database, (transaction) => read(transaction, nowMs, leastNanoUsd)),
  }
}

/** Copies for a watched version and health checks are nobody's spend. */
async function refresh(transaction: Transaction, nowMs: number): Promise<void> {
  const oldestMs = slotOf(nowMs) - KEPT_SLOTS * SLOT_MS
  const { rows } = await transaction.execute<{ readonly last_ms: number | null }>(sql`
    select (extract(epoch from max(starts_at)) * 1000)::float8 as last_ms from ${spendSlots}`)
  const lastMs = rows[0]?.last_ms ?? oldestMs
  const fromMs = Math.max(oldestMs, lastMs - UNSETTLED_SLOTS * SLOT_MS)
  await transaction.execute(sql`
    insert into ${spendSlots} (tenant, starts_at, cost_nano_usd)
    select o.tenant, date_bin('5 minutes', a.closed_at, timestamptz 'epoch'), sum(a.cost_nano_usd)::bigint
    from ${attempts} a join ${operations} o on o.operation_id = a.operation_id
    where a.opened_at >= ${moment(fromMs - LONGEST_CALL_MS)} and a.closed_at >= ${moment(fromMs)}
      and a.cost_nano_usd > 0 and o.kind not in ('mirror', 'probe')
    group by 1, 2
    on conflict (tenant, starts_at) do update set cost_nano_usd = excluded.cost_nano_usd`)
  await transaction.execute(sql`delete from ${spendSlots} where starts_at < ${moment(oldestMs)}`)
}

type SlotRow = Readonly<{
  tenant: string
  slots_ago: number
  cost_nano_usd: string | number
  known_slots: number
}>

async function read(
  transaction: Transaction,
  nowMs: number,
  leastNanoUsd: NanoUsd,
): Promise<readonly SpendReading[]> {
  const slot = moment(slotOf(nowMs))
  const { rows } = await transaction.execute<SlotRow>(sql`
    with busy as (
      select tenant from ${spendSlots} where starts_at > ${slot} - interval '1 hour' and starts_at <= ${slot}
      group by tenant having sum(cost_nano_usd) >= ${leastNanoUsd}),
    slots as (
      select tenant, cost_nano_usd, ((extract(epoch from ${slot} - starts_at)) / 300)::int as slots_ago
      from ${spendSlots} where tenant in (select tenant from busy) and starts_at <= ${slot})
    select tenant, slots_ago, cost_nano_usd, max(slots_ago) over (partition by tenant) as known_slots
    from slots order by tenant`)
  const byTenant = Map.groupBy(rows, ({ tenant }) => tenant)
  return [...byTenant].map(([tenant, slots]) => {
    const spentIn = new Map(slots.map((row) => [row.slots_ago, Number(row.cost_nano_usd)]))
    return readSpend(tenant, hoursOver(spentIn), slots[0]?.known_slots ?? 0)
  })
}

function slotOf(nowMs: number): number {
  return Math.floor(nowMs / SLOT_MS) * SLOT_MS
}
