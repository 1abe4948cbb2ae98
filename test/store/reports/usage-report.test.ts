import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROWS, writeRows } from '../ledger-rows.ts'
import { type CostReports, createCostReports } from '../../../store/reports/costs.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'

describe.each(ENGINES)('The usage report on $name', ({ open }) => {
  let database: Database
  let reports: CostReports
  beforeAll(async () => {
    database = await open()
    reports = createCostReports(database)
    await writeRows(database, ROWS)
  })
  afterAll(() => database.close())

  it('counts the last hour when nobody says how long', async () => {
    const { minutes, totals } = await reports.usage({})
    expect(minutes).toBe(60)
    expect(totals).toEqual({
      requests: 5,
      requestsPerMinute: 0.08,
      attempts: 6,
      open: 1,
      errors: 2,
      ambiguous: 2,
      inputTokens: 40,
      outputTokens: 4,
      costNanoUsd: 100 + 300 + 900 + 900,
      meanLatencyMs: 150,
    })
  })

  it('shows each model, tenant and endpoint, the busiest first', async () => {
    const { byModel, byTenant, byEndpoint } = await reports.usage({})
    expect(byModel).toMatchObject([
      { model: 'small', requests: 5, attempts: 5, meanLatencyMs: 75 },
      { model: 'large', requests: 1, attempts: 1, costNanoUsd: 300, requestsPerMinute: 0.02 },
    ])
    expect(byTenant).toMatchObject([
      { tenant: 'acme', requests: 4, open: 0 },
      { tenant: 'bolt', requests: 1, open: 1, costNanoUsd: 0, meanLatencyMs: null },
    ])
    expect(byEndpoint).toMatchObject([
      { provider: 'simulated', endpoint: 'simulated-1', requests: 5 },
      { provider: 'simulated', endpoint: 'simulated-2', requests: 1 },
    ])
  })

  it('looks back for as long as it is asked to', async () => {
    const last = await reports.usage({ minutes: 20 })
    expect(last.totals).toMatchObject({ requests: 3, requestsPerMinute: 0.15, ambiguous: 0 })
    const all = await reports.usage({ minutes: 120 })
    expect(all.totals).toMatchObject({ requests: 6, requestsPerMinute: 0.05, inputTokens: 41 })
  })

  it('restricts itself to a tenant', async () => {
    const { totals, byTenant } = await reports.usage({ tenant: 'bolt' })
    expect(totals).toMatchObject({ requests: 1, attempts: 1, open: 1 })
    expect(byTenant.map(({ tenant }) => tenant)).toEqual(['bolt'])
  })

  it('is empty, not wrong, where there is nothing', async () => {
    const report = await reports.usage({ tenant: 'nobody' })
    expect(report.totals).toMatchObject({ requests: 0, requestsPerMinute: 0, meanLatencyMs: null })
    expect(report.byModel).toEqual([])
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })
})
