import { admission, completion, COMPLETION_COST, loss, RESERVED } from '../records.ts'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase } from '../../fixtures/postgres.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { type Database, openDatabase } from '../../../store/database.ts'
import { setBudgets, windowsOf } from '../budget-records.ts'

/** Processes, each with a pool of its own. */
const PROCESSES = 3
const CAP = 10 * RESERVED

describe('Many connections on one PostgreSQL', () => {
  let databases: readonly Database[]
  beforeAll(async () => {
    const databaseUrl = await createDatabase(inject('postgresUrl'))
    databases = await Promise.all(Array.from({ length: PROCESSES }, () => openDatabase({ databaseUrl })))
  })
  afterAll(() => Promise.all(databases.map((database) => database.close())))

  const firstDatabase = (): Database => {
    const [first] = databases
    if (first === undefined) throw new Error('no database is open')
    return first
  }
  const ledgerAt = (index: number) => {
    const database = databases[index % PROCESSES] ?? firstDatabase()
    return createLedger(database)
  }
  const times = (count: number) => Array.from({ length: count }, (_, index) => index)

  /** The highest sum of spent and reserved that anybody sees while `work` runs. */
  async function highestDuring(tenant: string, work: Promise<unknown>): Promise<number> {
    const watch = { isOver: false, highest: 0 }
    const end = work.finally(() => (watch.isOver = true))
    while (!watch.isOver) {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const windows = Object.values(await windowsOf(firstDatabase(), tenant))
      watch.highest = Math.max(watch.highest, ...windows.map(([spent, reserved]) => spent + reserved))
    }
    await end
    return watch.highest
  }

  it('admit exactly as many calls as the cap has room for', async () => {
    const tenant = 'crowd'
    await setBudgets(firstDatabase(), { tenant, capNanoUsd: CAP })
    const admissions = times(100).map((index) =>
      ledgerAt(index).admit([admission(`${tenant}/${index}`, { operation: { tenant } })]),
    )
    const all = Promise.all(admissions)
    expect(await highestDuring(tenant, all)).toBeLessThanOrEqual(CAP)
    const statuses = (await all).flat().map(({ status }) => status)
    expect(statuses.filter((status) => status === 'opened')).toHaveLength(10)
    expect(await windowsOf(firstDatabase(), tenant)).toEqual({ 'day/crowd 2026-11-21': [0, CAP] })
  })

  it('never exceed the cap while calls come and go, and leave nothing reserved', async () => {
    const tenant = 'churn'
    const caps = { tenant, capNanoUsd: CAP }
    await setBudgets(firstDatabase(), caps, { ...caps, window: 'month' }, { ...caps, user: 'ada' })
    const life = async (index: number): Promise<number> => {
      const operation = { tenant, ...(index % 2 === 0 ? { user: 'ada' } : {}) }
      const first = admission(`${tenant}/${index}`, { operation })
      const next = admission(`${tenant}/${index}`, { operation, number: 2 })
      const [opened] = await ledgerAt(index).admit([first, first])
      if (opened?.status !== 'opened') return 0
      const lost = { attemptId: first.attempt.attemptId, status: 'failed', charge: 'nothing', next } as const
      const [settled] = await ledgerAt(index + 1).settle([lost])
      // Its room was freed in the same transaction.
      expect(settled?.next?.status).toBe('opened')
      await ledgerAt(index).settle([loss(next.attempt.attemptId)])
      await ledgerAt(index + 2).settle([completion(next.attempt.attemptId)])
      return COMPLETION_COST
    }
    const all = Promise.all(times(80).map(life))
    expect(await highestDuring(tenant, all)).toBeLessThanOrEqual(CAP)
    const spent = (await all).reduce((sum, cost) => sum + cost, 0)
    const windows = await windowsOf(firstDatabase(), tenant)
    expect(windows['day/churn 2026-11-21']).toEqual([spent, 0])
    expect(windows['month/churn 2026-11-01']).toEqual([spent, 0])
    expect(spent).toBeGreaterThanOrEqual(10 * COMPLETION_COST)
  })

  it('with batches over many budgets in different orders do not wait for each other for ever', async () => {
    const tenants = times(8).map((index) => `order-${index}`)
    const caps = tenants.flatMap((tenant) => [
      { tenant, capNanoUsd: 1000 * RESERVED },
      { tenant, capNanoUsd: 1000 * RESERVED, window: 'month' as const },
    ])
    await setBudgets(firstDatabase(), ...caps)
    const batch = (writer: number, number: number) =>
      (writer % 2 === 0 ? tenants : tenants.toReversed())
        .filter((_, index) => (index + writer) % 3 !== 0)
        .map((tenant) => admission(`${tenant}/${writer}`, { number, operation: { tenant } }))
    await Promise.all(
      times(60).map(async (writer) => {
        await ledgerAt(writer).admit(batch(writer, 1))
        const nexts = batch(writer, 2)
        await ledgerAt(writer + 1).settle(
          batch(writer, 1)
            .toReversed()
            .map(({ attempt }) => {
              const next = nexts.find(({ operation }) => operation.operationId === attempt.operationId)
              return completion(attempt.attemptId, next === undefined ? {} : { next })
            }),
        )
      }),
    )
    const windows = await Promise.all(tenants.map((tenant) => windowsOf(firstDatabase(), tenant)))
    const totals = windows.flatMap((all) => Object.values(all))
    expect(totals.reduce((sum, [spent]) => sum + spent, 0)).toBe(2 * totalCalls() * COMPLETION_COST)
    expect(totals.reduce((sum, [, reserved]) => sum + reserved, 0)).toBe(2 * totalCalls() * RESERVED)

    function totalCalls(): number {
      return times(60).reduce((sum, writer) => sum + batch(writer, 1).length, 0)
    }
  })
})
