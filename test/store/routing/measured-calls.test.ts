import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMeasureCalls, type MeasureCalls } from '../../../store/routing/measured-calls.ts'
import { createRouteFactReader } from '../../../store/routing/route-facts.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { sql } from 'drizzle-orm'

interface Calls {
  readonly version: string
  readonly count: number
  readonly status?: string
  readonly kind?: string
  readonly firstTokenMs?: number
  readonly latencyMs?: number
  readonly secondsAgo?: number
  readonly prefix?: string
}

let written = 0

async function write(database: Database, calls: Calls) {
  const {
    version,
    count,
    status = 'completed',
    kind,
    firstTokenMs,
    latencyMs,
    secondsAgo = 10,
    prefix = '',
  } = calls
  const id = `${prefix}${(written += 1)}`
  await database.queries.execute(sql`
    insert into operations (operation_id, kind, tenant, request_hash, decision, candidates)
      values (${id}, 'call', 'acme', 'hash', '{}', '[]')`)
  await database.queries.execute(sql`
    insert into attempts (attempt_id, operation_id, run_id, number, model, version, provider, endpoint, candidate, status,
        reserved_nano_usd, price, price_version, failure_kind, time_to_first_token_ms, latency_ms, opened_at)
      select ${id} || '#' || n, ${id}, 'run', n, 'chat', ${version}, 'vendor', 'vendor', '{}', ${status}, 0, '{}', 'list',
        ${kind ?? null}, ${firstTokenMs ?? null}::float8, ${latencyMs ?? null}::float8,
        now() - ${secondsAgo} * interval '1 second'
      from generate_series(1, ${count}::integer) as n`)
}

describe.each(ENGINES)('Measured calls on $name', ({ open }) => {
  let database: Database
  let measure: MeasureCalls
  beforeAll(async () => {
    database = await open()
    measure = createMeasureCalls(database)
  })
  afterAll(() => database.close())

  const of = async (version: string, sinceMs?: number) => {
    const [found] = await measure(
      [{ model: 'chat', version, ...(sinceMs === undefined ? {} : { sinceMs }) }],
      300_000,
    )
    return found
  }

  it('tell what works from what went wrong at the endpoint, and from what the caller gave up', async () => {
    await write(database, { version: 'v1', count: 5, latencyMs: 900 })
    await write(database, { version: 'v1', count: 2, status: 'failed', kind: 'bad-request' })
    await write(database, { version: 'v1', count: 3, status: 'failed', kind: 'unavailable' })
    await write(database, { version: 'v1', count: 1, status: 'ambiguous', kind: 'worker-lost' })
    await write(database, { version: 'v1', count: 4, status: 'failed', kind: 'rate-limited' })
    await write(database, { version: 'v1', count: 7, status: 'cancelled', kind: 'cancelled' })
    await write(database, { version: 'v1', count: 9, status: 'open' })
    expect(await of('v1')).toEqual({
      model: 'chat',
      version: 'v1',
      good: 7,
      bad: 4,
      limited: 4,
      medianResponseMs: 900,
    })
  })

  it('take the time until an answer begins, where it was measured', async () => {
    await write(database, { version: 'v2', count: 3, firstTokenMs: 40, latencyMs: 9_000 })
    expect(await of('v2')).toMatchObject({ medianResponseMs: 40 })
  })

  it('count in their window, and from a moment on', async () => {
    await write(database, { version: 'v3', count: 1, latencyMs: 1, secondsAgo: 301 })
    await write(database, { version: 'v3', count: 2, latencyMs: 1, secondsAgo: 200 })
    await write(database, { version: 'v3', count: 4, latencyMs: 1, secondsAgo: 10 })
    expect(await of('v3')).toMatchObject({ good: 6 })
    expect(await of('v3', Date.now() - 100_000)).toMatchObject({ good: 4 })
    expect(await of('v3', Date.now() + 100_000)).toBeUndefined()
  })

  it('are those of users, and so are the times that routing knows', async () => {
    await write(database, { version: 'v4', count: 50, latencyMs: 1, prefix: 'probe/' })
    expect(await of('v4')).toBeUndefined()
    expect(await createRouteFactReader(database).latencies()).not.toHaveProperty('chat@v4')
  })

  it('of no version are none', async () => {
    expect(await measure([], 1_000)).toEqual([])
    expect(await of('unknown')).toBeUndefined()
  })
})
