import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../store/database.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import type { Ledger } from '../../../store/ledger/ledger.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { ENGINES } from '../engines.ts'
import { admission, CANDIDATE, completion, PRICE, RESERVED } from '../records.ts'

describe.each(ENGINES)('An admission on $name', ({ open }) => {
  let database: Database
  let ledger: Ledger
  beforeAll(async () => {
    database = await open()
    ledger = createLedger(database)
  })
  afterAll(() => database.close())

  const rowsOf = async (taskId: string) =>
    (await createCostReports(database).operations({ taskId })).flatMap((operation) => operation.attempts)

  it('opens the attempt with its reservation and price', async () => {
    const record = admission('opens', { operation: { taskId: 'opens' } })
    await expect(ledger.admit([record])).resolves.toEqual([
      {
        status: 'opened',
        attemptId: record.attempt.attemptId,
        candidate: CANDIDATE,
        candidates: [CANDIDATE],
        reservedNanoUsd: RESERVED,
        price: PRICE,
      },
    ])
    const [row] = await rowsOf('opens')
    expect(row).toMatchObject({ status: 'open', reservedNanoUsd: RESERVED, costNanoUsd: null })
  })

  it('run twice gives the stored row, whatever the second run decided', async () => {
    const record = admission('twice', { operation: { taskId: 'twice' } })
    const other = { ...CANDIDATE, endpoint: 'other' }
    const again = admission('twice', {
      operation: { taskId: 'twice', candidates: [other] },
      option: { candidate: other, reservedNanoUsd: 1, price: { ...PRICE, version: 'list-2' } },
    })
    const first = await ledger.admit([record])
    await expect(ledger.admit([again])).resolves.toEqual(first)
    await expect(rowsOf('twice')).resolves.toHaveLength(1)
  })

  it('of an operation with another request is a conflict and opens nothing', async () => {
    await ledger.admit([admission('conflict', { operation: { taskId: 'conflict' } })])
    const other = admission('conflict', {
      number: 2,
      operation: { taskId: 'conflict', requestHash: 'hash-2' },
    })
    await expect(ledger.admit([other])).resolves.toEqual([{ status: 'conflict' }])
    await expect(rowsOf('conflict')).resolves.toHaveLength(1)
  })

  it('of an operation that ended returns what was stored as its result', async () => {
    const record = admission('ended', { operation: { taskId: 'ended' } })
    await ledger.admit([record])
    const result = { answer: 'forty-two' }
    const operationEnd = { status: 'completed', result } as const
    await ledger.settle([completion(record.attempt.attemptId, { operationEnd })])
    const next = admission('ended', { runId: 'run-2', operation: { taskId: 'ended' } })
    await expect(ledger.admit([next])).resolves.toEqual([{ status: 'ended', result }])
    await expect(rowsOf('ended')).resolves.toHaveLength(1)
  })

  it('answers in the order of the records, duplicates in one batch included', async () => {
    const [one, two] = [admission('batch/b'), admission('batch/a')]
    const other = admission('batch/b', { operation: { requestHash: 'hash-2' } })
    const outcomes = await ledger.admit([one, two, other, one])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['opened', 'opened', 'conflict', 'opened'])
    expect(outcomes[0]).toEqual(outcomes[3])
  })

  it('of a reset run opens an attempt of its own', async () => {
    await ledger.admit([admission('reset', { operation: { taskId: 'reset' } })])
    await ledger.admit([admission('reset', { runId: 'run-2', operation: { taskId: 'reset' } })])
    await expect(rowsOf('reset')).resolves.toHaveLength(2)
  })

  it('under another id for the same attempt fails and says so', async () => {
    await ledger.admit([admission('renamed')])
    const renamed = admission('renamed', { attempt: { attemptId: 'made-up' } })
    await expect(ledger.admit([renamed])).rejects.toThrow(/made-up cannot be opened.*under another id/)
  })

  it('keeps documents exactly, even what PostgreSQL text cannot hold', async () => {
    const decision = { text: 'nul \0, lone \uD800, "quoted"' }
    const record = admission('exact', { operation: { decision, user: 'a\0b' } })
    const result = ['123', 'nul \0', '\uDC00', { z: 1, a: null }]
    await ledger.admit([record])
    await ledger.settle([
      completion(record.attempt.attemptId, { operationEnd: { status: 'completed', result } }),
    ])
    await expect(ledger.admit([record])).resolves.toEqual([{ status: 'ended', result }])
  })

  it('that the database refuses says why, without what was in the batch', async () => {
    const decision = { prompt: 'a secret' }
    const record = admission('orphan', { operation: { decision }, attempt: { operationId: 'elsewhere' } })
    const error: unknown = await ledger.admit([record]).catch((reason: unknown) => reason)
    expect(String(error)).toMatch(/refused a statement: .*attempts_of_operation/)
    expect(inspect(error)).not.toContain('a secret')
  })

  it('of nothing does nothing', async () => {
    await expect(ledger.admit([])).resolves.toEqual([])
    await expect(ledger.settle([])).resolves.toEqual([])
  })
})
