import * as fc from 'fast-check'
import { admission, completion, NOON, RESERVED } from '../records.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attempts, operations } from '../../../store/schema.ts'
import type { AdmissionRecord, Ledger, SettlementRecord } from '../../../store/ledger/ledger.ts'
import { setBudgets, windowsOf } from '../budget-records.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { type Database, openDatabase } from '../../../store/database.ts'
import { eq } from 'drizzle-orm'
import { simpleUsage } from '../../../domain/usage.ts'

const CAP = 3 * RESERVED
const DAY_MS = 86_400_000

type Step =
  | { readonly type: 'admit'; readonly calls: readonly number[]; readonly day: number }
  /** Input tokens at 1,000 nano-dollars; `undefined`: lost. More than 500 are above the reservation. */
  | {
      readonly type: 'settle'
      readonly call: number
      readonly tokens: number | undefined
      readonly hasNext: boolean
    }

const call = fc.integer({ min: 0, max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('admit' as const),
    calls: fc.array(call, { minLength: 1, maxLength: 4 }),
    day: fc.integer({ min: 0, max: 1 }),
  }),
  fc.record({
    type: fc.constant('settle' as const),
    call,
    tokens: fc.option(fc.integer({ min: 0, max: 700 }), { nil: undefined }),
    hasNext: fc.boolean(),
  }),
)

describe('Whatever calls do in whatever order', () => {
  let database: Database
  let ledger: Ledger
  let runs = 0
  beforeAll(async () => {
    database = await openDatabase({ dataDir: ':memory:' })
    ledger = createLedger(database)
  })
  afterAll(() => database.close())

  const record = (tenant: string, number: number, attempt: number, day = 0): AdmissionRecord =>
    admission(`${tenant}/${number}`, {
      number: attempt,
      nowMs: NOON + day * DAY_MS,
      operation: { tenant, ...(number % 2 === 0 ? { user: 'ada' } : {}) },
    })

  /** Settling what was never admitted is an error, not a step. */
  async function settle(
    tenant: string,
    { call: number, tokens, hasNext }: Extract<Step, { type: 'settle' }>,
  ) {
    const { attemptId } = record(tenant, number, 1).attempt
    const [row] = await database.queries.select().from(attempts).where(eq(attempts.attemptId, attemptId))
    if (row === undefined) return
    const next = hasNext ? { next: record(tenant, number, 2) } : {}
    const lost = { attemptId, status: 'ambiguous', charge: 'reserved', ...next } satisfies SettlementRecord
    const usage = simpleUsage(tokens ?? 0, 0)
    await ledger.settle([tokens === undefined ? lost : completion(attemptId, { usage, ...next })])
  }

  async function expectBalance(tenant: string): Promise<void> {
    const rows = await database.queries
      .select({ attempt: attempts })
      .from(attempts)
      .innerJoin(operations, eq(operations.operationId, attempts.operationId))
      .where(eq(operations.tenant, tenant))
    for (const [key, [spent, reserved]] of Object.entries(await windowsOf(database, tenant))) {
      const mine = rows
        .map(({ attempt }) => attempt)
        .filter(({ reservation }) =>
          reservation?.windows.some(({ budgetId, startsAt }) => `${budgetId} ${startsAt}` === key),
        )
      const open = mine.filter(({ status }) => status === 'open')
      const overshoot = mine.reduce(
        (sum, row) => sum + Math.max(0, (row.costNanoUsd ?? 0) - row.reservedNanoUsd),
        0,
      )
      expect(reserved).toBe(open.length * RESERVED)
      expect(spent).toBe(mine.reduce((sum, row) => sum + (row.costNanoUsd ?? 0), 0))
      expect(spent + reserved).toBeLessThanOrEqual(CAP + overshoot)
    }
  }

  it('each window holds what its attempts hold, and never more than its cap but by usage above a reservation', async () => {
    const run = async (steps: readonly Step[]): Promise<void> => {
      const tenant = `run-${runs++}`
      const caps = { tenant, capNanoUsd: CAP }
      await setBudgets(database, caps, { ...caps, window: 'month' }, { ...caps, user: 'ada' })
      for (const next of steps) {
        // oxlint-disable no-await-in-loop -- the order is what is tested
        if (next.type === 'admit') {
          await ledger.admit(next.calls.map((number) => record(tenant, number, 1, next.day)))
        } else await settle(tenant, next)
        await expectBalance(tenant)
        // oxlint-enable no-await-in-loop
      }
    }
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 15 }), run), { numRuns: 40 })
  })
})
