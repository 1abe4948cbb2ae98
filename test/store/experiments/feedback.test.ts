import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admission } from '../records.ts'
import { createFeedbackStore, type FeedbackStore } from '../../../store/experiments/feedback.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'

describe.each(ENGINES)('Feedback on $name', ({ open }) => {
  let database: Database
  let store: FeedbackStore
  beforeAll(async () => {
    database = await open()
    store = createFeedbackStore(database)
    await createLedger(database).admit([admission('call/a')])
  })
  afterAll(() => database.close())

  it('is one verdict for each operation: the last word', async () => {
    const first = await store.record({ operationId: 'call/a', verdict: 'good', by: 'ada' })
    expect(first).toMatchObject({ operationId: 'call/a', verdict: 'good', by: 'ada' })
    const again = await store.record({ operationId: 'call/a', verdict: 'good', by: 'ada' })
    expect(again).toEqual(first)
    const last = await store.record({ operationId: 'call/a', verdict: 'bad', score: 0.2 })
    expect(last).toMatchObject({ verdict: 'bad', score: 0.2, firstGivenAt: first?.firstGivenAt })
    expect(last).not.toHaveProperty('by')
  })

  it('is not kept about what is not there', async () => {
    expect(await store.record({ operationId: 'call/nothing', verdict: 'good' })).toBeUndefined()
  })
})
