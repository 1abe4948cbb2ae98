import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admission, completion, COMPLETION_COST, loss, NOON, RESERVED } from '../records.ts'
import { type BudgetStore, createBudgetStore } from '../../../store/budgets/budgets.ts'
import { attempts, operations } from '../../../store/schema.ts'
import { setBudgets, windowsOf } from '../budget-records.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { eq } from 'drizzle-orm'
import type { Ledger } from '../../../store/ledger/ledger.ts'
import { simpleUsage } from '../../../domain/usage.ts'

const DAY_MS = 86_400_000

describe.each(ENGINES)('A budget on $name', ({ open }) => {
  let database: Database
  let ledger: Ledger
  let budgets: BudgetStore
  beforeAll(async () => {
    database = await open()
    ledger = createLedger(database)
    budgets = createBudgetStore(database)
  })
  afterAll(() => database.close())

  const of = (tenant: string, call = '1', options: Parameters<typeof admission>[1] = {}) =>
    admission(`${tenant}/${call}`, { ...options, operation: { tenant, ...options.operation } })
  const idOf = (tenant: string, call = '1') => of(tenant, call).attempt.attemptId
  const statusesOf = async (...records: Parameters<Ledger['admit']>[0]) =>
    (await ledger.admit(records)).map(({ status }) => status)

  it('reserves the worst case of a call in all windows that apply, and books what it used', async () => {
    const cap = { tenant: 'books', capNanoUsd: RESERVED }
    await setBudgets(
      database,
      cap,
      { ...cap, window: 'month' },
      { ...cap, user: 'ada' },
      { ...cap, user: 'bob' },
    )
    expect(await statusesOf(of('books', '1', { operation: { user: 'ada' } }))).toEqual(['opened'])
    expect(await windowsOf(database, 'books')).toEqual({
      'day/books 2026-11-21': [0, RESERVED],
      'day/books/ada 2026-11-21': [0, RESERVED],
      'month/books 2026-11-01': [0, RESERVED],
    })
    await ledger.settle([completion(idOf('books'))])
    const held = Object.values(await windowsOf(database, 'books'))
    expect(held).toEqual([1, 2, 3].map(() => [COMPLETION_COST, 0]))
  })

  it('without room opens nothing, reserves nothing, and says what is left and until when', async () => {
    await setBudgets(
      database,
      { tenant: 'full', capNanoUsd: 10 * RESERVED },
      { tenant: 'full', capNanoUsd: RESERVED + 1, window: 'month', whenSpent: 'wait' },
    )
    await ledger.admit([of('full')])
    await expect(ledger.admit([of('full', '2')])).resolves.toEqual([
      {
        status: 'over-budget',
        budgetId: 'month/full',
        tenant: 'full',
        window: 'month',
        capNanoUsd: RESERVED + 1,
        leftNanoUsd: 1,
        neededNanoUsd: RESERVED,
        resetsAtMs: Date.UTC(2026, 11, 1),
        whenSpent: 'wait',
      },
    ])
    expect((await windowsOf(database, 'full'))['day/full 2026-11-21']).toEqual([0, RESERVED])
    const accepted = await database.queries.select().from(operations).where(eq(operations.tenant, 'full'))
    expect(accepted).toHaveLength(1)
  })

  it('is asked in the order of a batch', async () => {
    await setBudgets(database, { tenant: 'batch', capNanoUsd: 2 * RESERVED })
    const big = of('batch', 'big', { option: { reservedNanoUsd: 3 * RESERVED } })
    const calls = ['3', '1', '2'].map((call) => of('batch', call))
    expect(await statusesOf(big, ...calls, ...calls)).toEqual([
      'over-budget',
      'opened',
      'opened',
      'over-budget',
      'opened',
      'opened',
      'over-budget',
    ])
  })

  it('counts an attempt once that is admitted again', async () => {
    await setBudgets(database, { tenant: 'twice', capNanoUsd: RESERVED })
    expect(await statusesOf(of('twice'))).toEqual(['opened'])
    expect(await statusesOf(of('twice'), of('twice'))).toEqual(['opened', 'opened'])
    expect(await windowsOf(database, 'twice')).toEqual({ 'day/twice 2026-11-21': [0, RESERVED] })
  })

  it('counts a settlement once that is made again', async () => {
    await setBudgets(database, { tenant: 'again', capNanoUsd: RESERVED })
    await ledger.admit([of('again')])
    const record = completion(idOf('again'))
    await ledger.settle([record, record])
    await ledger.settle([record])
    expect(await windowsOf(database, 'again')).toEqual({ 'day/again 2026-11-21': [COMPLETION_COST, 0] })
  })

  it('gives the room of a failed attempt to the fallback that is opened in its place', async () => {
    await setBudgets(database, { tenant: 'fallback', capNanoUsd: RESERVED })
    await ledger.admit([of('fallback')])
    const next = of('fallback', '1', { number: 2 })
    const failed = { attemptId: idOf('fallback'), status: 'failed', charge: 'nothing', next } as const
    await expect(ledger.settle([failed])).resolves.toMatchObject([{ next: { status: 'opened' } }])
    expect(await windowsOf(database, 'fallback')).toEqual({ 'day/fallback 2026-11-21': [0, RESERVED] })
  })

  it('refuses a fallback that it has no room for, and the failed attempt stays settled', async () => {
    await setBudgets(database, { tenant: 'no-next', capNanoUsd: RESERVED })
    await ledger.admit([of('no-next')])
    const next = of('no-next', '1', { number: 2 })
    const outcomes = await ledger.settle([loss(idOf('no-next'), { next })])
    expect(outcomes).toMatchObject([
      { costNanoUsd: RESERVED, next: { status: 'over-budget', leftNanoUsd: 0 } },
    ])
    const rows = await database.queries.select().from(operations).where(eq(operations.tenant, 'no-next'))
    expect(rows).toMatchObject([{ status: 'open' }])
  })

  it('corrects the window that an ambiguous attempt was booked to, also when it is over', async () => {
    await setBudgets(database, { tenant: 'late', capNanoUsd: RESERVED })
    await ledger.admit([of('late')])
    await ledger.settle([loss(idOf('late'))])
    expect(await statusesOf(of('late', 'tomorrow', { nowMs: NOON + DAY_MS }))).toEqual(['opened'])
    await ledger.settle([completion(idOf('late'))])
    expect(await windowsOf(database, 'late')).toEqual({
      'day/late 2026-11-21': [COMPLETION_COST, 0],
      'day/late 2026-11-22': [0, RESERVED],
    })
  })

  it('books what exceeds the reservation in full, and the next call sees it', async () => {
    await setBudgets(database, { tenant: 'above', capNanoUsd: 2 * RESERVED })
    await ledger.admit([of('above')])
    await ledger.settle([completion(idOf('above'), { usage: simpleUsage(2_000, 0) })])
    expect(await statusesOf(of('above', '2'))).toEqual(['over-budget'])
    await expect(budgets.list({ tenant: 'above' }, NOON)).resolves.toMatchObject([
      { spentNanoUsd: 2_000_000, leftNanoUsd: 0, overshootNanoUsd: 2_000_000 - 2 * RESERVED },
    ])
  })

  it('is exceeded by a call that a person approved, and remembers who', async () => {
    await setBudgets(database, { tenant: 'approved', capNanoUsd: 1, whenSpent: 'ask' })
    expect(await statusesOf(of('approved'))).toEqual(['over-budget'])
    expect(await statusesOf(of('approved', '1', { approvedBy: 'ada' }))).toEqual(['opened'])
    const [row] = await database.queries
      .select()
      .from(attempts)
      .where(eq(attempts.attemptId, idOf('approved')))
    expect(row?.reservation).toEqual({
      windows: [{ budgetId: 'day/approved', startsAt: '2026-11-21' }],
      approvedBy: 'ada',
    })
  })

  it('leaves calls of other tenants and users alone', async () => {
    await setBudgets(
      database,
      { tenant: 'mine', capNanoUsd: 0 },
      { tenant: 'shared', user: 'bob', capNanoUsd: 0 },
    )
    const ada = of('shared', '1', { operation: { user: 'ada' } })
    expect(await statusesOf(of('yours'), ada, of('shared', '2'))).toEqual(['opened', 'opened', 'opened'])
  })
})

describe.each(ENGINES)('The list of budgets on $name', ({ open }) => {
  let database: Database
  let budgets: BudgetStore
  beforeAll(async () => {
    database = await open()
    budgets = createBudgetStore(database)
  })
  afterAll(() => database.close())

  it('shows each budget with its window, and can be narrowed', async () => {
    await setBudgets(
      database,
      { tenant: 'b', capNanoUsd: 5 },
      { tenant: 'a', user: 'ada', capNanoUsd: 3, whenSpent: 'wait' },
      { tenant: 'a', capNanoUsd: 9, window: 'month' },
    )
    const ids = async (filter: Parameters<BudgetStore['list']>[0]) =>
      (await budgets.list(filter, NOON)).map(({ id }) => id)
    expect(await ids({})).toEqual(['month/a', 'day/a/ada', 'day/b'])
    expect(await ids({ tenant: 'a' })).toEqual(['month/a', 'day/a/ada'])
    expect(await ids({ tenant: 'a', user: 'ada' })).toEqual(['day/a/ada'])
    await expect(budgets.list({ user: 'ada' }, NOON)).resolves.toEqual([
      {
        id: 'day/a/ada',
        tenant: 'a',
        user: 'ada',
        window: 'day',
        capNanoUsd: 3,
        whenSpent: 'wait',
        startsAt: '2026-11-21',
        resetsAtMs: Date.UTC(2026, 10, 22),
        spentNanoUsd: 0,
        reservedNanoUsd: 0,
        leftNanoUsd: 3,
        overshootNanoUsd: 0,
      },
    ])
  })

  it('keeps what a window held when its budget is changed, removed and set again', async () => {
    const ledger = createLedger(database)
    const address = { tenant: 'kept', window: 'day' } as const
    await budgets.set({ ...address, capNanoUsd: RESERVED }, NOON)
    const record = admission('kept', { operation: { tenant: 'kept' } })
    await ledger.admit([record])
    const changed = await budgets.set({ ...address, capNanoUsd: 3 * RESERVED, whenSpent: 'ask' }, NOON)
    expect(changed).toMatchObject({ whenSpent: 'ask', leftNanoUsd: 2 * RESERVED })
    expect(await budgets.remove(address)).toBe(true)
    expect(await budgets.remove(address)).toBe(false)
    await ledger.settle([completion(record.attempt.attemptId)])
    const again = await budgets.set({ ...address, capNanoUsd: RESERVED }, NOON)
    expect(again).toMatchObject({ spentNanoUsd: COMPLETION_COST, reservedNanoUsd: 0, whenSpent: 'reject' })
  })
})
