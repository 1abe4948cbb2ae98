import { admission, completion, COMPLETION_COST, loss, RESERVED } from '../../store/records.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMetricRegistry, type MetricRegistry } from '../../../workers/metrics/metric-registry.ts'
import { type Database, openDatabase } from '../../../store/database.ts'
import { attemptId } from '../../../domain/ids.ts'
import { createLabelLimit } from '../../../workers/metrics/label-limit.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { createLedgerMetrics } from '../../../workers/metrics/ledger-metrics.ts'
import type { Ledger } from '../../../store/ledger/ledger.ts'

const USD = 1e9
const ID = attemptId('call/a', 'run-1', 1)
const VERSION = 'model="chat-small",version="chat-small-2026-01-01"'
const END = { status: 'completed', result: {} } as const

let database: Database

function start(withUsers = false): { readonly ledger: Ledger; readonly registry: MetricRegistry } {
  const registry = createMetricRegistry()
  return { registry, ledger: createLedger(database, createLedgerMetrics(registry, { withUsers })) }
}

async function lines(registry: MetricRegistry, name: string): Promise<readonly string[]> {
  return (await registry.text()).split('\n').filter((line) => line.startsWith(`${name}{`))
}

describe('what the ledger counts', { timeout: 120_000 }, () => {
  beforeEach(async () => {
    database = await openDatabase({ dataDir: ':memory:' })
  })
  afterEach(() => database.close())

  it('is each booking once, though it is settled twice', async () => {
    const { ledger, registry } = start()
    await ledger.admit([admission('call/a')])
    for (const settlement of [completion(ID, { operationEnd: END }), completion(ID, { operationEnd: END })]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await ledger.settle([settlement])
    }
    expect(await lines(registry, 'switchyard_requests_total')).toEqual([
      `switchyard_requests_total{${VERSION},kind="call",status="completed"} 1`,
    ])
    expect(await lines(registry, 'switchyard_attempts_total')).toEqual([
      `switchyard_attempts_total{${VERSION},endpoint="simulated-1",status="completed",failure="none"} 1`,
    ])
    expect(await lines(registry, 'switchyard_cost_usd_total')).toEqual([
      `switchyard_cost_usd_total{${VERSION}} ${COMPLETION_COST / USD}`,
    ])
    expect(await lines(registry, 'switchyard_tokens_total')).toEqual([
      `switchyard_tokens_total{${VERSION},type="input"} 100`,
      `switchyard_tokens_total{${VERSION},type="output"} 10`,
    ])
    expect(await lines(registry, 'switchyard_request_duration_seconds_count')).toEqual([
      `switchyard_request_duration_seconds_count{${VERSION},status="completed"} 1`,
    ])
  })

  it('is each booking once, though a batch holds it twice', async () => {
    const { ledger, registry } = start()
    await ledger.admit([admission('call/a')])
    await ledger.settle([completion(ID, { operationEnd: END }), completion(ID, { operationEnd: END })])
    const [attempts] = await lines(registry, 'switchyard_attempts_total')
    const [requests] = await lines(registry, 'switchyard_requests_total')
    expect([attempts, requests]).toEqual([expect.stringMatching(/ 1$/), expect.stringMatching(/ 1$/)])
  })

  it('takes off by itself what late usage makes cheaper', async () => {
    const { ledger, registry } = start()
    await ledger.admit([admission('call/a')])
    await ledger.settle([loss(ID)])
    await ledger.settle([completion(ID)])
    expect(await lines(registry, 'switchyard_cost_usd_total')).toEqual([
      `switchyard_cost_usd_total{${VERSION}} ${RESERVED / USD}`,
    ])
    expect(await lines(registry, 'switchyard_cost_returned_usd_total')).toEqual([
      `switchyard_cost_returned_usd_total{${VERSION}} ${(RESERVED - COMPLETION_COST) / USD}`,
    ])
    expect(await lines(registry, 'switchyard_attempts_total')).toEqual([
      expect.stringContaining('status="ambiguous",failure="worker-lost"} 1'),
    ])
  })

  it.each([
    [false, 'user=""'],
    [true, 'user="ada"'],
  ])('tells users apart only where that is asked for: %s', async (withUsers, label) => {
    const { ledger, registry } = start(withUsers)
    await ledger.admit([admission('call/a', { operation: { user: 'ada' } })])
    await ledger.settle([completion(ID)])
    expect(await lines(registry, 'switchyard_tenant_cost_usd_total')).toEqual([
      `switchyard_tenant_cost_usd_total{tenant="acme",${label}} ${COMPLETION_COST / USD}`,
    ])
  })

  it('belongs to the attempt and the operation that the settlement ended, also in the middle of a fallback', async () => {
    const { ledger, registry } = start()
    await ledger.admit([admission('call/a')])
    const next = admission('call/a', { number: 2 })
    await ledger.settle([loss(ID, { next })])
    expect(await lines(registry, 'switchyard_requests_total')).toEqual([])
    await ledger.settle([completion(next.attempt.attemptId, { operationEnd: END })])
    expect(await lines(registry, 'switchyard_requests_total')).toHaveLength(1)
  })
})

describe('a label limit', () => {
  it('counts later names together', () => {
    const limit = createLabelLimit(2)
    expect(['a', 'b', 'c', 'a', 'd'].map(limit)).toEqual(['a', 'b', 'other', 'a', 'other'])
  })
})
