import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOptimisationStore, type OptimisationStore } from '../../../store/maintenance/optimisations.ts'
import { createTableStatistics } from '../../../store/maintenance/statistics.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { judgeStatistics } from '../../../domain/optimisation/judge-statistics.ts'
import type { OptimisationResult } from '../../../domain/optimisation/result.ts'
import { optimisationRequest } from '../../../domain/optimisation/request.ts'
import { readWhole } from '../../../domain/reading/reader.ts'
import { ROWS, writeRows } from '../ledger-rows.ts'
import { versionKey } from '../../../domain/routing/route-facts.ts'
import { sql } from 'drizzle-orm'

const RESULT: OptimisationResult = {
  action: 'concurrency',
  model: 'smol',
  version: 'q4-1',
  nodeId: 'a',
  verdict: 'reverted',
  reason: 'slots 2: it is slower',
  tried: [
    {
      name: 'slots 2',
      outcome: 'worse',
      reason: 'it is slower',
      figures: [{ name: 'throughput', unit: 'tokens/s', before: 10, after: 5, change: { share: -0.5 } }],
    },
  ],
}

function request() {
  const read = readWhole(optimisationRequest, { by: 'ada' })
  if (!read.ok) throw new Error('an empty request is one')
  return read.value
}

describe.each(ENGINES)('Optimisations on $name', ({ open }) => {
  let database: Database
  let store: OptimisationStore
  beforeAll(async () => {
    database = await open()
    store = createOptimisationStore(database)
    await writeRows(database, ROWS)
  })
  afterAll(() => database.close())

  it('are kept with their results, and written once however often they are told', async () => {
    const run = { runId: 'run-1', workflowId: 'maintenance/optimise', by: 'ada', request: request() }
    for (let time = 0; time < 2; time++) {
      // oxlint-disable-next-line no-await-in-loop -- the same again
      await store.begin(run)
      // oxlint-disable-next-line no-await-in-loop
      await store.record('run-1', 1, RESULT)
    }
    await store.begin({ ...run, runId: 'run-2' })
    expect(await store.list({ id: 'run-1' })).toMatchObject([
      { ...run, status: 'running', results: [{ ...RESULT, number: 1, endedAtMs: expect.any(Number) }] },
    ])
    await store.end('run-1', 'completed')
    const [ended] = await store.list({ id: 'run-1' })
    expect(ended).toMatchObject({ status: 'completed', endedAtMs: expect.any(Number) })
    expect((await store.list({})).map(({ runId }) => runId).toSorted()).toEqual(['run-1', 'run-2'])
    expect(await store.list({ id: 'maintenance/optimise' })).toHaveLength(2)
    expect(await store.list({ id: 'nobody' })).toEqual([])
  })

  it('know when each version was called last', async () => {
    const last = await store.lastCalls()
    const ageMs = Date.now() - (last.get(versionKey({ model: 'small', version: 'v1' })) ?? 0)
    expect(Math.abs(ageMs)).toBeLessThan(600_000)
  })

  const analysed = async (): Promise<number> => {
    const { rows } = await database.queries.execute<{ count: string }>(
      sql`select count(*)::text as count from pg_statistic where starelid = 'attempts'::regclass`,
    )
    return Number(rows[0]?.count)
  }

  it('of the statistics are taken back when they make statements slower', async () => {
    const statistics = createTableStatistics(database)
    const taken = await statistics.refresh(() => ({ isKept: false }), { isDryRun: false })
    expect(taken.isKept).toBe(false)
    expect(await analysed()).toBe(0)
    await statistics.refresh(() => ({ isKept: true }), { isDryRun: true })
    expect(await analysed()).toBe(0)
  })

  it('of the statistics stay when they do not', async () => {
    const kept = await createTableStatistics(database).refresh(
      (times) => {
        expect(times.beforeMs.every((time) => time > 0)).toBe(true)
        return { ...judgeStatistics(times, 0.95), isKept: true }
      },
      { isDryRun: false },
    )
    expect(kept.figure).toMatchObject({ name: 'hot statements', unit: 'ms' })
    expect(await analysed()).toBeGreaterThan(0)
  })
})
