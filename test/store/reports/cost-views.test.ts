import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROWS, writeRows } from '../ledger-rows.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import type { CostSummary } from '../../../domain/cost-report.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { isRecord } from '../../../domain/reading/composites.ts'
import { sql } from 'drizzle-orm'

type Row = Readonly<Record<string, unknown>>

/** What a view shows, by way of JSON: the drivers give a bigint as text. */
async function read({ queries }: Database, view: string, order: string): Promise<readonly Row[]> {
  const { rows } = await queries.execute(sql.raw(`select to_json(v) as row from ${view} v order by ${order}`))
  return rows.map(({ row }) => (isRecord(row) ? row : {}))
}

/** The sum of a column. */
const sumOf = (rows: readonly Row[], column: string): number =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0)

describe.each(ENGINES)('The SQL views on $name', ({ open }) => {
  let database: Database
  let summary: CostSummary
  beforeAll(async () => {
    database = await open()
    await writeRows(database, ROWS)
    summary = await createCostReports(database).summary({})
  })
  afterAll(() => database.close())

  it('show the cost of each day and model, with what is open or unknown beside it', async () => {
    const rows = await read(database, 'cost_by_day_model', 'day, model')
    const large = rows.filter(({ model }) => model === 'large')
    expect(large).toEqual([
      {
        day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        model: 'large',
        attempts: 1,
        input_tokens: 30,
        output_tokens: 3,
        cost_nano_usd: 300,
        ambiguous: 0,
        ambiguous_nano_usd: 0,
        open: 0,
        open_reserved_nano_usd: 0,
      },
    ])
    expect(rows.map(({ day, model, cost_nano_usd }) => [day, model, cost_nano_usd])).toEqual(
      summary.byDay
        .toSorted((left, right) => `${left.day}${left.model}`.localeCompare(`${right.day}${right.model}`))
        .map(({ day, model, costNanoUsd }) => [day, model, costNanoUsd]),
    )
    expect(sumOf(rows, 'cost_nano_usd')).toBe(summary.totals.costNanoUsd)
    expect(sumOf(rows, 'ambiguous')).toBe(2)
    expect(sumOf(rows, 'ambiguous_nano_usd')).toBe(1800)
    expect(sumOf(rows, 'open_reserved_nano_usd')).toBe(700)
  })

  it('show each user with count, tokens, cost, mean latency and maximum', async () => {
    const rows = await read(database, 'cost_by_user', 'tenant, "user" nulls last')
    expect(rows.map((row) => [row['tenant'], row['user']])).toEqual([
      ['acme', 'ann'],
      ['acme', null],
      ['bolt', null],
    ])
    expect(rows[0]).toEqual({
      tenant: 'acme',
      user: 'ann',
      operations: 3,
      attempts: 4,
      input_tokens: 41,
      output_tokens: 5,
      cost_nano_usd: 405,
      max_cost_nano_usd: 300,
      mean_latency_ms: 115,
      max_latency_ms: 300,
      ambiguous: 0,
      ambiguous_nano_usd: 0,
    })
    expect(rows[2]).toMatchObject({ cost_nano_usd: 0, max_cost_nano_usd: 0, mean_latency_ms: null })
  })

  it('show each endpoint with mean, 95th percentile and the share of errors among what has ended', async () => {
    const [first, second] = await read(database, 'cost_by_endpoint', 'endpoint')
    expect(first).toMatchObject({
      endpoint: 'simulated-1',
      attempts: 6,
      open: 1,
      errors: 2,
      error_share: 0.4,
      ambiguous: 2,
      mean_latency_ms: 53.3,
      p95_latency_ms: expect.closeTo(95, 6),
    })
    expect(second).toMatchObject({ endpoint: 'simulated-2', errors: 0, error_share: 0, cost_nano_usd: 300 })
    const report = summary.byEndpoint.find(({ endpoint }) => endpoint === 'simulated-1')
    expect(report).toMatchObject({ errors: 2, errorShare: 0.4, p95LatencyMs: first?.['p95_latency_ms'] })
  })

  it('show the last hour as the usage report does', async () => {
    const rows = await read(database, 'usage_last_hour', 'model, tenant')
    const { totals } = await createCostReports(database).usage({})
    expect(rows.map(({ model, tenant, requests }) => [model, tenant, requests])).toEqual([
      ['large', 'acme', 1],
      ['small', 'acme', 4],
      ['small', 'bolt', 1],
    ])
    expect(sumOf(rows, 'attempts')).toBe(totals.attempts)
    expect(sumOf(rows, 'cost_nano_usd')).toBe(totals.costNanoUsd)
    expect(rows[1]).toMatchObject({ requests_per_minute: 0.07, errors: 2, ambiguous: 2, open: 0 })
  })

  it('hold no operation that has made no call', async () => {
    await database.queries.execute(sql`
      insert into operations (operation_id, kind, tenant, request_hash, decision, candidates)
      values ('idle', 'call', 'idle', 'hash', '{}', '[]')`)
    const rows = await read(database, 'cost_by_user', 'tenant')
    expect(rows.map(({ tenant }) => tenant)).not.toContain('idle')
  })
})
