import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRouteFactReader, type RouteFactReader } from '../../../store/routing/route-facts.ts'
import { createBudgetStore } from '../../../store/budgets/budgets.ts'
import { createDecisionReader } from '../../../store/reports/decision-reader.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { NOON } from '../records.ts'
import { sql } from 'drizzle-orm'

interface Calls {
  readonly version: string
  readonly count: number
  /** The first takes so long, each of the others a millisecond more. */
  readonly fromMs: number
  readonly status?: string
  readonly minutesAgo?: number
}

/** Writes rows of the ledger as only time makes them. */
async function write(
  database: Database,
  { version, count, fromMs, status = 'completed', minutesAgo = 5 }: Calls,
) {
  const id = `${version}-${status}-${minutesAgo}`
  await database.queries.execute(sql`
    insert into operations (operation_id, kind, tenant, request_hash, decision, candidates)
      values (${id}, 'call', 'acme', 'hash', '{"rule": "best", "input": {"b": 1, "a": [0.1]}}', '[]')`)
  await database.queries.execute(sql`
    insert into attempts (attempt_id, operation_id, run_id, number, model, version, provider, endpoint, candidate, status,
        reserved_nano_usd, price, price_version, latency_ms, opened_at)
      select ${id} || '#' || n, ${id}, 'run', n, 'chat', ${version}, 'vendor', 'vendor', '{}', ${status}, 0, '{}', 'list',
        ${fromMs}::float8 + n - 1, now() - ${minutesAgo} * interval '1 minute'
      from generate_series(1, ${count}::integer) as n`)
}

describe.each(ENGINES)('The facts for routing on $name', ({ open }) => {
  let database: Database
  let reader: RouteFactReader
  beforeAll(async () => {
    database = await open()
    reader = createRouteFactReader(database)
  })
  afterAll(() => database.close())

  it('hold the median and the 95th percentile of the completed calls of the last hour', async () => {
    await write(database, { version: 'v1', count: 21, fromMs: 100.5 })
    await write(database, { version: 'v1', count: 500, fromMs: 90_000, status: 'failed' })
    await write(database, { version: 'v1', count: 500, fromMs: 90_000, minutesAgo: 61 })
    expect(await reader.latencies()).toEqual({ 'chat@v1': { p50Ms: 110.5, p95Ms: 119.5 } })
  })

  it('have no times of a version with fewer than twenty such calls', async () => {
    await write(database, { version: 'v2', count: 19, fromMs: 100 })
    await write(database, { version: 'v3', count: 20, fromMs: 100 })
    expect(Object.keys(await reader.latencies())).not.toContain('chat@v2')
    expect(Object.keys(await reader.latencies())).toContain('chat@v3')
  })

  it('hold breakers and pauses, with the moment by the clock that set them', async () => {
    const before = await reader.limits()
    expect(before).toMatchObject({ breakers: new Map(), pausedUntilMs: new Map() })
    await database.queries.execute(sql`
      insert into endpoint_health (endpoint, breaker) values ('vendor', '{"failures": 5, "restsUntilMs": 99}')`)
    await database.queries.execute(sql`
      insert into quota_pools (pool, paused_until) values
        ('free', null), ('over', now() - interval '1 second'), ('paused', now() + interval '20 seconds')`)
    const { readAtMs, breakers, pausedUntilMs } = await reader.limits()
    expect(breakers).toEqual(new Map([['vendor', { failures: 5, restsUntilMs: 99 }]]))
    expect([...pausedUntilMs.keys()]).toEqual(['paused'])
    expect(readAtMs).toBeGreaterThanOrEqual(before.readAtMs)
    const leftMs = (pausedUntilMs.get('paused') ?? 0) - readAtMs
    expect(leftMs).toBeGreaterThan(0)
    expect(leftMs).toBeLessThanOrEqual(20_000)
  })

  it('hold what the budgets of a caller leave, by the tightest of them', async () => {
    expect(await reader.tenantsWithBudgets()).toEqual(new Set())
    const budgets = createBudgetStore(database)
    await budgets.set({ tenant: 'acme', window: 'month', capNanoUsd: 1000 }, NOON)
    await budgets.set({ tenant: 'acme', user: 'ada', window: 'day', capNanoUsd: 100 }, NOON)
    await budgets.set({ tenant: 'bravo', window: 'day', capNanoUsd: 1 }, NOON)
    await database.queries.execute(sql`
      insert into budget_windows (budget_id, starts_at, spent_nano_usd, reserved_nano_usd) values
        ('month/acme', '2026-11-01', 700, 50), ('month/acme', '2026-10-01', 999, 0), ('day/acme/ada', '2026-11-21', 10, 0)`)
    expect(await reader.tenantsWithBudgets()).toEqual(new Set(['acme', 'bravo']))
    expect(await reader.budgetLeft({ tenant: 'acme' }, NOON)).toEqual({ leftNanoUsd: 250, leftShare: 0.25 })
    expect(await reader.budgetLeft({ tenant: 'acme', user: 'ada' }, NOON)).toEqual({
      leftNanoUsd: 90,
      leftShare: 0.25,
    })
    expect(await reader.budgetLeft({ tenant: 'acme', user: 'bob' }, NOON)).toEqual({
      leftNanoUsd: 250,
      leftShare: 0.25,
    })
    expect(await reader.budgetLeft({ tenant: 'nobody' }, NOON)).toEqual({})
  })

  it('a stored decision comes back as it was written', async () => {
    const decisions = createDecisionReader(database)
    expect(await decisions.read('v1-completed-5')).toEqual({
      operationId: 'v1-completed-5',
      acceptedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      decision: { rule: 'best', input: { b: 1, a: [0.1] } },
      candidates: [],
    })
    expect(await decisions.read('nothing')).toBeUndefined()
  })
})
