import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admission } from '../records.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { createOperationBook, type OperationBook } from '../../../store/ledger/operation-book.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'

describe.each(ENGINES)('Operations without attempts on $name', ({ open }) => {
  let database: Database
  let book: OperationBook
  beforeAll(async () => {
    database = await open()
    book = createOperationBook(database)
  })
  afterAll(() => database.close())

  const { operation } = admission('call/a')
  const END = { operationId: 'call/a', status: 'completed', result: { answer: 42 } } as const

  it('are not there before they are opened', async () => {
    expect(await book.find('call/a')).toBeUndefined()
    await book.end(END)
    expect(await book.find('call/a')).toBeUndefined()
  })

  it('are opened once: whoever comes later gets what stands', async () => {
    expect(await book.open(operation)).toMatchObject({ status: 'open', requestHash: operation.requestHash })
    const later = await book.open({ ...operation, requestHash: 'another', candidates: [] })
    expect(later).toMatchObject({ requestHash: operation.requestHash, candidates: operation.candidates })
  })

  it('end once: the first end stands', async () => {
    await book.end(END)
    await book.end({ ...END, status: 'failed', result: null })
    expect(await book.find('call/a')).toMatchObject({ status: 'completed', result: { answer: 42 } })
  })

  it('are known to the ledger, which gives their end', async () => {
    expect(await createLedger(database).admit([admission('call/a')])).toEqual([
      { status: 'ended', result: { answer: 42 } },
    ])
  })
})
