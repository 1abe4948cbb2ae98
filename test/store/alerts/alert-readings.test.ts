import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAlertReader } from '../../../store/alerts/alert-readings.ts'
import { createBudgetStore } from '../../../store/budgets/budgets.ts'
import { createSpendSlotStore } from '../../../store/alerts/spend-slots.ts'
import type { Database } from '../../../store/database.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../../domain/alerts/alert-settings.ts'
import { ENGINES } from '../engines.ts'
import { spendSlots } from '../../../store/schema.ts'
import { sql } from 'drizzle-orm'

const NOON = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000
const DOLLAR = 1_000_000_000

interface Row {
  readonly tenant?: string
  readonly version?: string
  readonly kind?: string
  readonly status?: string
  readonly failureKind?: string
  readonly latencyMs?: number
  readonly cost?: number
  readonly reserved?: number
  readonly minutesAgo: number
}

let written = 0

/** Calls that began and ended so many minutes before noon, in one statement. */
async function write({ queries }: Database, rows: readonly Row[]): Promise<void> {
  const records = rows.map((row) => ({
    id: `call-${written++}`,
    tenant: 'acme',
    version: 'v1',
    kind: 'call',
    status: 'completed',
    failure: null,
    latency: 100,
    cost: 0,
    reserved: 0,
    ...row,
    failure_kind: row.failureKind ?? null,
    latency_ms: row.latencyMs ?? 100,
    at: new Date(NOON - row.minutesAgo * MINUTE).toISOString(),
  }))
  const source = sql`json_to_recordset(${JSON.stringify(records)}::text::json) as r (id text, tenant text, version text,
    kind text, status text, failure_kind text, latency_ms float8, cost bigint, reserved bigint, at timestamptz)`
  await queries.execute(sql`
    insert into operations (operation_id, kind, tenant, request_hash, decision, candidates, accepted_at)
    select id, kind, tenant, 'hash', '{}', '[]', at from ${source}`)
  await queries.execute(sql`
    insert into attempts (attempt_id, operation_id, run_id, number, model, version, provider, endpoint, candidate, status,
      failure_kind, reserved_nano_usd, cost_nano_usd, price, price_version, latency_ms, opened_at, closed_at)
    select id, id, 'run', 1, 'chat', version, 'p', 'e', '{}', status, failure_kind, reserved, cost, '{}', 'p1',
      latency_ms, at, at from ${source}`)
}

function times<Value>(count: number, value: Value): readonly Value[] {
  return Array.from({ length: count }, () => value)
}

describe.each(ENGINES)('What alerts read on $name', ({ open }) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('counts calls that ended in the window, and those slower than twice the day before', async () => {
    await write(database, [
      ...times(150, { minutesAgo: 300, latencyMs: 100 }),
      ...times(10, { minutesAgo: 5, latencyMs: 150 }),
      ...times(6, { minutesAgo: 4, latencyMs: 250 }),
      ...times(3, { minutesAgo: 3, status: 'failed', failureKind: 'overloaded' }),
      { minutesAgo: 3, status: 'ambiguous', failureKind: 'worker-lost' },
      ...times(5, { minutesAgo: 3, status: 'failed', failureKind: 'bad-request' }),
      ...times(5, { minutesAgo: 3, status: 'cancelled', failureKind: 'cancelled' }),
      ...times(5, { minutesAgo: 3, kind: 'mirror', status: 'failed', failureKind: 'overloaded' }),
      ...times(2, { minutesAgo: 2, version: 'v2' }),
    ])
    const read = await createAlertReader(database).traffic(NOON, DEFAULT_ALERT_SETTINGS.traffic)
    expect(read).toEqual([
      { model: 'chat', version: 'v1', calls: 20, errors: 4, timedCalls: 16, slowCalls: 6, slowLimitMs: 200 },
      { model: 'chat', version: 'v2', calls: 2, errors: 0, timedCalls: 2, slowCalls: 0 },
    ])
  })

  it('knows what a call of a budget owner usually reserves', async () => {
    await write(database, [
      ...times(60, { tenant: 'reserving', minutesAgo: 10, reserved: 30 }),
      ...times(20, { tenant: 'reserving', minutesAgo: 50, reserved: 9_000 }),
    ])
    const budgets = createBudgetStore(database)
    const setting = { tenant: 'reserving', window: 'day', capNanoUsd: DOLLAR } as const
    const set = await budgets.set(setting, NOON)
    const idle = await budgets.set({ ...setting, tenant: 'idle' }, NOON)
    const usual = await createAlertReader(database).usualReservations([set, idle])
    expect([...usual]).toEqual([['day/reserving', 30]])
  })

  it('sums spend in slots, brings them up to date, and reads tenants that are not quiet', async () => {
    const slots = createSpendSlotStore(database)
    const hours = Array.from({ length: 60 }, (_, hour) => ({
      tenant: 'spending',
      minutesAgo: hour * 60 + 30,
      cost: 2 * DOLLAR,
    }))
    await write(database, [...hours, { tenant: 'quiet', minutesAgo: 10, cost: DOLLAR / 2 }])
    await slots.refresh(NOON)
    await slots.refresh(NOON)
    const [read, ...others] = await slots.read(NOON, DOLLAR)
    expect(others).toEqual([])
    expect(read).toMatchObject({ tenant: 'spending', lastHourNanoUsd: 2 * DOLLAR, knownHours: 59 })
    expect(read?.baselineNanoUsd).toEqual(times(24, 2 * DOLLAR))
    expect(read?.dayBeforeNanoUsd).toEqual(times(24, 2 * DOLLAR))
    expect(read?.sameTimeNanoUsd).toEqual([2 * DOLLAR, 0])

    await write(database, [
      { tenant: 'spending', minutesAgo: 1, cost: 5 * DOLLAR },
      { tenant: 'spending', minutesAgo: 1, cost: 7 * DOLLAR, kind: 'probe' },
    ])
    await slots.refresh(NOON)
    const [later] = await slots.read(NOON, DOLLAR)
    expect(later?.lastHourNanoUsd).toBe(7 * DOLLAR)
  })

  it('keeps slots for a little more than a week', async () => {
    const slots = createSpendSlotStore(database)
    await slots.refresh(NOON + 9 * 24 * 60 * MINUTE)
    expect(await database.queries.select().from(spendSlots)).toEqual([])
  })
})
