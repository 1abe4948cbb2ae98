import { admission, completion, COMPLETION_COST } from '../records.ts'
import { describe, expect, it } from 'vitest'
import { ENGINES } from '../engines.ts'
import { createGroupedLedger } from '../../../store/ledger/grouped-ledger.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import type { Ledger, SettlementOutcome, SettlementRecord } from '../../../store/ledger/ledger.ts'
import { attempts } from '../../../store/schema.ts'

const settled = (attemptId: string): SettlementOutcome => ({ attemptId, costNanoUsd: attemptId.length })

const batch = (...ids: readonly string[]): readonly SettlementRecord[] => ids.map((id) => completion(id))

/** A ledger that settles when it is let go, and refuses transactions with the attempt `bad`. */
function createSlowLedger() {
  const groups: (readonly string[])[] = []
  const waiting: (() => void)[] = []
  let isOpen = false
  const settle: Ledger['settle'] = async (records) => {
    const ids = records.map(({ attemptId }) => attemptId)
    groups.push(ids)
    if (!isOpen) await new Promise<void>((resolve) => void waiting.push(resolve))
    if (ids.includes('bad')) throw new Error('a bad record')
    return ids.map(settled)
  }
  return {
    ledger: { settle, admit: () => Promise.resolve([]) },
    groups,
    letGo: () => {
      isOpen = true
      for (const resolve of waiting) resolve()
    },
  }
}

const aTurn = () => new Promise((resolve) => void setImmediate(() => setImmediate(resolve)))

describe('a grouped ledger', () => {
  it('takes what arrives while a transaction is under way into the next one, in order', async () => {
    const { ledger, groups, letGo } = createSlowLedger()
    const grouped = createGroupedLedger(ledger, { engine: 'pglite' })
    const first = grouped.settle(batch('a'))
    await aTurn()
    const others = [grouped.settle(batch('b', 'c')), grouped.settle(batch('d'))]
    await aTurn()
    expect(groups).toEqual([['a']])
    letGo()
    expect(await first).toEqual([settled('a')])
    expect(await Promise.all(others)).toEqual([[settled('b'), settled('c')], [settled('d')]])
    expect(groups).toEqual([['a'], ['b', 'c', 'd']])
  })

  it('has a few transactions under way at a server', async () => {
    const { ledger, groups, letGo } = createSlowLedger()
    const grouped = createGroupedLedger(ledger, { engine: 'postgresql' })
    const all: Promise<unknown>[] = []
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      all.push(grouped.settle(batch(id)))
      // oxlint-disable-next-line no-await-in-loop
      await aTurn()
    }
    expect(groups).toEqual([['a'], ['b'], ['c'], ['d']])
    letGo()
    await Promise.all(all)
    expect(groups.slice(4)).toEqual([['e', 'f']])
  })

  it('fails nobody for the records of another', async () => {
    const { ledger, letGo } = createSlowLedger()
    const grouped = createGroupedLedger(ledger, { engine: 'pglite' })
    const all = ['a', 'bad', 'c'].map((id) => grouped.settle(batch(id)))
    letGo()
    const [first, second, third] = await Promise.allSettled(all)
    expect(first).toEqual({ status: 'fulfilled', value: [settled('a')] })
    expect(second).toMatchObject({ status: 'rejected', reason: { message: 'a bad record' } })
    expect(third).toEqual({ status: 'fulfilled', value: [settled('c')] })
    expect(await grouped.settle(batch('d'))).toEqual([settled('d')])
  })

  it('puts at most 500 records into a transaction, more only for a single caller', async () => {
    const { ledger, groups, letGo } = createSlowLedger()
    const grouped = createGroupedLedger(ledger, { engine: 'pglite' })
    letGo()
    const sizes = [200, 200, 200, 600, 1, 499]
    await Promise.all(sizes.map((size) => grouped.settle(batch(...Array.from({ length: size }, () => 'x')))))
    expect(groups.map(({ length }) => length)).toEqual([400, 200, 600, 500])
  })

  it('asks nothing for no records', async () => {
    const { ledger, letGo } = createSlowLedger()
    letGo()
    expect(await createGroupedLedger(ledger, { engine: 'pglite' }).settle([])).toEqual([])
  })
})

describe.each(ENGINES)('a grouped ledger on $name', ({ open }) => {
  it('books what many callers admit and settle at once, each to the nano-dollar', async () => {
    const database = await open()
    try {
      const ledger = createGroupedLedger(createLedger(database), database)
      const callers = Array.from({ length: 24 }, (_, caller) =>
        ['s1', 's2', 's3'].map((step) => admission(`task/acme/${caller}/${step}`)),
      )
      const costs = await Promise.all(
        callers.map(async (records) => {
          const opened = await ledger.admit(records)
          expect(opened.map(({ status }) => status)).toEqual(['opened', 'opened', 'opened'])
          return ledger.settle(records.map(({ attempt }) => completion(attempt.attemptId)))
        }),
      )
      expect(costs.flat().map(({ attemptId }) => attemptId)).toEqual(
        callers.flat().map(({ attempt }) => attempt.attemptId),
      )
      const rows = await database.queries.select().from(attempts)
      expect(rows).toHaveLength(72)
      for (const row of rows) expect(row).toMatchObject({ status: 'completed', costNanoUsd: COMPLETION_COST })
    } finally {
      await database.close()
    }
  })

  it('fails only the caller that settles what was never admitted', async () => {
    const database = await open()
    try {
      const ledger = createGroupedLedger(createLedger(database), database)
      const records = ['a', 'b', 'c'].map((name) => admission(`call/acme/${name}`))
      await Promise.all(records.map((record) => ledger.admit([record])))
      const ids = [...records.map(({ attempt }) => attempt.attemptId), 'never/admitted@run#1']
      const outcomes = await Promise.allSettled(ids.map((id) => ledger.settle([completion(id)])))
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'fulfilled',
        'rejected',
      ])
      expect(outcomes[3]).toMatchObject({ reason: { name: 'UnknownAttemptError' } })
    } finally {
      await database.close()
    }
  })
})
