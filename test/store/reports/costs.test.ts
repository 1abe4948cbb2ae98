import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CostReports, createCostReports } from '../../../store/reports/costs.ts'
import type { Database } from '../../../store/database.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { ENGINES } from '../engines.ts'
import {
  type AdmissionOptions,
  admission,
  CANDIDATE,
  completion,
  COMPLETION_COST,
  loss,
  RESERVED,
} from '../records.ts'

const LARGE = { ...CANDIDATE, model: 'chat-large', endpoint: 'simulated-2' }

/** Four operations of two users and one task: six attempts, one of them open. */
async function fill(database: Database): Promise<void> {
  const ledger = createLedger(database)
  const admit = async (id: string, options: AdmissionOptions) => {
    const record = admission(id, options)
    await ledger.admit([record])
    return record.attempt.attemptId
  }
  const ann = { user: 'ann', feature: 'search', taskId: 'report' }
  const first = await admit('ann/1', { operation: ann })
  const next = admission('ann/1', { number: 2, operation: ann, option: { candidate: LARGE } })
  await ledger.settle([{ ...loss(first), next }])
  await ledger.settle([completion(next.attempt.attemptId, { timings: { latencyMs: 750 } })])
  await ledger.settle([completion(await admit('ann/2', { operation: ann }))])
  const late = await admit('bob/1', { operation: { user: 'bob' } })
  await ledger.settle([loss(late), completion(late, { timings: { latencyMs: 350 } })])
  await admit('other/1', { operation: { tenant: 'other' } })
}

describe.each(ENGINES)('The cost reports on $name', ({ open }) => {
  let database: Database
  let reports: CostReports
  beforeAll(async () => {
    database = await open()
    reports = createCostReports(database)
    await fill(database)
  })
  afterAll(() => database.close())

  it('sum up everything', async () => {
    const { totals } = await reports.summary({})
    expect(totals).toEqual({
      operations: 4,
      attempts: 5,
      open: 1,
      openReservedNanoUsd: RESERVED,
      errors: 1,
      errorShare: 0.25,
      ambiguous: 1,
      ambiguousNanoUsd: RESERVED,
      corrected: 1,
      inputTokens: 300,
      outputTokens: 30,
      costNanoUsd: RESERVED + 3 * COMPLETION_COST,
      maxCostNanoUsd: RESERVED,
      meanLatencyMs: 450,
      maxLatencyMs: 750,
      p95LatencyMs: expect.closeTo(710, 6),
    })
  })

  it('show each model, dearest first, and each day', async () => {
    const { byModel, byDay } = await reports.summary({ tenant: 'acme' })
    expect(byModel).toMatchObject([
      { model: 'chat-small', attempts: 3, costNanoUsd: RESERVED + 2 * COMPLETION_COST, meanLatencyMs: 300 },
      { model: 'chat-large', attempts: 1, costNanoUsd: COMPLETION_COST, maxLatencyMs: 750 },
    ])
    const cost = byDay.reduce((sum, row) => sum + row.costNanoUsd, 0)
    expect(cost).toBe(RESERVED + 3 * COMPLETION_COST)
    expect(byDay[0]?.day).toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  it('show each user, tenant, feature and endpoint', async () => {
    const { byUser, byTenant, byFeature, byEndpoint } = await reports.summary({ tenant: 'acme' })
    expect(byTenant).toMatchObject([{ tenant: 'acme', attempts: 4, operations: 3, errors: 1 }])
    expect(byUser).toMatchObject([
      { tenant: 'acme', user: 'ann', attempts: 3 },
      { tenant: 'acme', user: 'bob', attempts: 1, meanLatencyMs: 350 },
    ])
    expect(byFeature).toMatchObject([{ feature: 'search' }, { feature: null }])
    expect(byEndpoint).toMatchObject([
      { provider: 'simulated', endpoint: 'simulated-1', p95LatencyMs: expect.closeTo(345, 6) },
      { provider: 'simulated', endpoint: 'simulated-2' },
    ])
  })

  it('name the dearest operations, from a threshold on', async () => {
    const all = await reports.summary({ expensiveLimit: 2 })
    expect(all.expensive.map((row) => row.operationId)).toEqual(['ann/1', 'ann/2'])
    const dear = await reports.summary({ expensiveFromNanoUsd: RESERVED })
    expect(dear.expensive).toEqual([
      {
        operationId: 'ann/1',
        kind: 'call',
        tenant: 'acme',
        user: 'ann',
        attempts: 2,
        costNanoUsd: RESERVED + COMPLETION_COST,
      },
    ])
  })

  it('restrict themselves to a tenant, a task and a time', async () => {
    await expect(reports.summary({ tenant: 'other' })).resolves.toMatchObject({ totals: { attempts: 1 } })
    await expect(reports.summary({ taskId: 'report' })).resolves.toMatchObject({ totals: { attempts: 3 } })
    await expect(reports.summary({ since: '2000-01-01T00:00:00Z' })).resolves.toMatchObject({
      totals: { attempts: 5 },
    })
    await expect(reports.summary({ since: '2999-01-01T00:00:00Z' })).resolves.toMatchObject({
      totals: { attempts: 0 },
    })
  })

  it('are empty, not wrong, where there is nothing', async () => {
    const { totals, byModel } = await reports.summary({ tenant: 'nobody' })
    expect(totals).toMatchObject({ operations: 0, costNanoUsd: 0, meanLatencyMs: null })
    expect(byModel).toEqual([])
  })

  it('list a task with its operations and their attempts, as plain JSON', async () => {
    const operations = await reports.operations({ taskId: 'report' })
    expect(operations).toMatchObject([
      {
        operationId: 'ann/1',
        status: 'open',
        costNanoUsd: RESERVED + COMPLETION_COST,
        attempts: [
          { number: 1, status: 'ambiguous', failureKind: 'worker-lost' },
          { number: 2, status: 'completed', model: 'chat-large' },
        ],
      },
      { operationId: 'ann/2', attempts: [{ number: 1 }] },
    ])
    expect(JSON.parse(JSON.stringify(operations))).toEqual(operations)
  })
})
