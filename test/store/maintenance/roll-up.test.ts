import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attempts, dailyUsage, operations } from '../../../store/schema.ts'
import { type LedgerRow, ROWS, writeRows } from '../ledger-rows.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import { createLedgerRollUp } from '../../../store/maintenance/roll-up.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { sql } from 'drizzle-orm'

const KEEP_DAYS = 40

/** Ledgers whose sums no double holds exactly, over several days. */
const LARGE: readonly LedgerRow[] = Array.from({ length: 40 }, (_, index) => ({
  operationId: `large/${index}`,
  user: index % 3 === 0 ? 'ann' : 'bob',
  model: index % 2 === 0 ? 'small' : 'large',
  costNanoUsd: 4_000_000_000_000_001 + index,
  tokens: [2_000_000_000, 1_000_000_007] as const,
  latencyMs: 100 + index,
  minutesAgo: index * 400,
}))

describe.each(ENGINES)('The roll-up of the ledger on $name', ({ open }) => {
  let database: Database
  beforeEach(async () => {
    database = await open()
    await writeRows(database, ROWS)
    await writeRows(database, LARGE)
  })
  afterEach(() => database.close())

  /** As if everything but what is open had ended so long ago. */
  const age = async (days: number, only = '%') => {
    const long = sql`make_interval(days => ${days}::int)`
    await database.queries.execute(sql`
      update operations set status = case when operation_id like 'b/%' then 'open' else 'completed' end,
        accepted_at = accepted_at - ${long}, ended_at = accepted_at - ${long}
      where operation_id like ${only}`)
    await database.queries.execute(
      sql`update attempts set opened_at = opened_at - ${long} where operation_id like ${only}`,
    )
  }
  const totals = async () => {
    const { rows } = await database.queries.execute(sql`
      select sum(cost_nano_usd)::text as cost, sum(input_tokens)::text as input, sum(attempts)::text as attempts
      from accounted_usage`)
    return rows[0]
  }
  const rowsOf = async () => ({
    attempts: (await database.queries.select().from(attempts)).length,
    operations: (await database.queries.select().from(operations)).length,
    cells: (await database.queries.select().from(dailyUsage)).length,
  })

  it('changes no sum of any report, to the nano-dollar', async () => {
    await age(100)
    const reports = createCostReports(database)
    const [before, exact] = [await reports.summary({}), await totals()]
    const outcome = await createLedgerRollUp(database).rollUp({ keepDays: KEEP_DAYS, isDryRun: false })
    expect(outcome).toMatchObject({ operationsMoved: 45, attemptsMoved: 46 })
    expect(outcome.after).toEqual(outcome.before)
    expect(await totals()).toEqual(exact)
    // Only the open call is left in the ledger.
    expect(await rowsOf()).toMatchObject({ attempts: 1, operations: 1, cells: outcome.cells })
    const after = await reports.summary({})
    // Percentiles are of what stands in the ledger, and so are single operations.
    const { p95LatencyMs: _before, ...expected } = before.totals
    expect(after.totals).toMatchObject({ ...expected, p95LatencyMs: null })
    const costs = (rows: readonly { readonly costNanoUsd: number; readonly attempts: number }[]) =>
      rows.map(({ costNanoUsd, attempts: calls }) => [costNanoUsd, calls])
    for (const part of [
      'byDay',
      'byUser',
      'byTenant',
      'byFeature',
      'byKind',
      'byEndpoint',
      'byModel',
    ] as const) {
      expect(costs(after[part])).toEqual(costs(before[part]))
    }
    expect(after.byUser.map(({ user, operations: count }) => [user, count])).toEqual(
      before.byUser.map(({ user, operations: count }) => [user, count]),
    )
    expect(after.expensive.map(({ operationId }) => operationId)).toEqual(['b/1'])
  })

  it('goes batch by batch, and adds to days that it has touched', async () => {
    await age(100)
    const before = await totals()
    const rollUp = createLedgerRollUp(database, 10)
    const moved: number[] = []
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- batch after batch
      const { operationsMoved } = await rollUp.rollUp({ keepDays: KEEP_DAYS, isDryRun: false })
      moved.push(operationsMoved)
      if (operationsMoved === 0) break
    }
    expect(moved).toEqual([10, 10, 10, 10, 5, 0])
    expect(await totals()).toEqual(before)
  })

  it('leaves what is not old enough, and what has not ended', async () => {
    await age(100, 'large/%')
    const outcome = await createLedgerRollUp(database).rollUp({ keepDays: KEEP_DAYS, isDryRun: false })
    expect(outcome.operationsMoved).toBe(40)
    expect(await rowsOf()).toMatchObject({ attempts: 7, operations: 6 })
    await age(39, 'a/%')
    const again = await createLedgerRollUp(database).rollUp({ keepDays: KEEP_DAYS, isDryRun: false })
    expect(again.operationsMoved).toBe(0)
  })

  it('of a dry run says what it would move, and moves nothing', async () => {
    await age(100)
    const before = await rowsOf()
    const outcome = await createLedgerRollUp(database, 10).rollUp({ keepDays: KEEP_DAYS, isDryRun: true })
    expect(outcome).toMatchObject({ operationsMoved: 45, attemptsMoved: 46 })
    expect(outcome.cells).toBeGreaterThan(0)
    expect(outcome.cells).toBeLessThan(46)
    expect(await rowsOf()).toEqual(before)
  })

  it('is seen by the views for people', async () => {
    await age(100)
    const read = async (view: string) => {
      const { rows } = await database.queries.execute(
        sql.raw(`select sum(cost_nano_usd)::text as cost, sum(attempts)::text as attempts from ${view}`),
      )
      return rows[0]
    }
    const views = ['cost_by_day_model', 'cost_by_user', 'cost_by_endpoint']
    const before = await Promise.all(views.map(read))
    await createLedgerRollUp(database).rollUp({ keepDays: KEEP_DAYS, isDryRun: false })
    expect(await Promise.all(views.map(read))).toEqual(before)
  })
})
