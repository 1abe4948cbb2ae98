import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simpleUsage } from '../../../domain/usage.ts'
import type { Database } from '../../../store/database.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import type { Ledger } from '../../../store/ledger/ledger.ts'
import { UnknownAttemptError } from '../../../store/ledger/settle-attempts.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { ENGINES } from '../engines.ts'
import { type AdmissionOptions, admission, completion, COMPLETION_COST, loss, RESERVED } from '../records.ts'

const admissionOf = (task: string, options: AdmissionOptions = {}) =>
  admission(task, { ...options, operation: { taskId: task } })

describe.each(ENGINES)('A settlement on $name', ({ open }) => {
  let database: Database
  let ledger: Ledger
  beforeAll(async () => {
    database = await open()
    ledger = createLedger(database)
  })
  afterAll(() => database.close())

  const operationOf = async (taskId: string) =>
    (await createCostReports(database).operations({ taskId })).find(() => true)
  const rowOf = async (taskId: string) => (await operationOf(taskId))?.attempts[0]
  const opened = async (task: string) => {
    await ledger.admit([admissionOf(task)])
    return admissionOf(task).attempt.attemptId
  }

  it('books usage at the price stored at admission', async () => {
    const id = await opened('books')
    await expect(ledger.settle([completion(id)])).resolves.toEqual([
      { attemptId: id, costNanoUsd: COMPLETION_COST },
    ])
    await expect(rowOf('books')).resolves.toMatchObject({
      status: 'completed',
      costNanoUsd: COMPLETION_COST,
      priceVersion: 'list-1',
      inputTokens: 100,
      outputTokens: 10,
      finishReason: 'stop',
      latencyMs: 250,
      timeToFirstTokenMs: 40,
      correctedAt: null,
      bookedBeforeNanoUsd: null,
      closedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  it('run twice books once', async () => {
    const id = await opened('once')
    await ledger.settle([completion(id)])
    const dearer = completion(id, { usage: simpleUsage(1_000, 1_000) })
    await expect(ledger.settle([dearer])).resolves.toEqual([{ attemptId: id, costNanoUsd: COMPLETION_COST }])
    await expect(rowOf('once')).resolves.toMatchObject({ inputTokens: 100, correctedAt: null })
  })

  it('twice in one batch books once', async () => {
    const id = await opened('same-batch')
    const dearer = completion(id, { usage: simpleUsage(1_000, 1_000) })
    const outcomes = await ledger.settle([completion(id), dearer])
    expect(outcomes.map((outcome) => outcome.costNanoUsd)).toEqual([COMPLETION_COST, COMPLETION_COST])
  })

  it('books more than was reserved in full', async () => {
    const id = await opened('overshoot')
    const [outcome] = await ledger.settle([completion(id, { usage: simpleUsage(RESERVED, 0) })])
    expect(outcome?.costNanoUsd).toBe(RESERVED * 1000)
  })

  it('of a free failure books nothing and keeps the failure', async () => {
    const id = await opened('free')
    const failure = { kind: 'rate-limited', message: 'Too many requests' } as const
    await ledger.settle([{ attemptId: id, status: 'failed', charge: 'nothing', failure }])
    const row = await rowOf('free')
    expect(row).toMatchObject({ status: 'failed', costNanoUsd: 0, failureKind: 'rate-limited' })
  })

  it('of an unknown outcome books the reservation', async () => {
    const id = await opened('ambiguous')
    await expect(ledger.settle([loss(id)])).resolves.toEqual([{ attemptId: id, costNanoUsd: RESERVED }])
    await expect(rowOf('ambiguous')).resolves.toMatchObject({ status: 'ambiguous', costNanoUsd: RESERVED })
  })

  it('of an unknown outcome never books below the reservation', async () => {
    const id = await opened('never-below')
    await ledger.settle([loss(id, { charge: 'usage', usage: simpleUsage(1, 0) })])
    await ledger.settle([loss(id, { charge: 'nothing' })])
    await ledger.settle([{ attemptId: id, status: 'failed', charge: 'nothing' }])
    await expect(rowOf('never-below')).resolves.toMatchObject({ status: 'ambiguous', costNanoUsd: RESERVED })
  })

  it('with late usage corrects an ambiguous row, visibly and once', async () => {
    const id = await opened('late')
    await ledger.settle([loss(id)])
    await ledger.settle([completion(id)])
    await ledger.settle([completion(id, { usage: simpleUsage(1, 1) }), loss(id)])
    await expect(rowOf('late')).resolves.toMatchObject({
      status: 'completed',
      costNanoUsd: COMPLETION_COST,
      bookedBeforeNanoUsd: RESERVED,
      failureKind: null,
      correctedAt: expect.any(String),
    })
  })

  it('admits the next attempt with it, and gives the same when run again', async () => {
    const id = await opened('next')
    const next = admissionOf('next', { number: 2 })
    const failed = { attemptId: id, status: 'failed', charge: 'nothing', next } as const
    const outcomes = await ledger.settle([failed])
    expect(outcomes).toMatchObject([{ costNanoUsd: 0, next: { status: 'opened' } }])
    await expect(ledger.settle([failed])).resolves.toEqual(outcomes)
    const rows = (await operationOf('next'))?.attempts
    expect(rows?.map((row) => row.status)).toEqual(['failed', 'open'])
  })

  it('is undone together with the next attempt when that cannot be opened', async () => {
    const id = await opened('together')
    const next = admissionOf('together', { attempt: { attemptId: 'under-another-id' } })
    await expect(ledger.settle([completion(id, { next })])).rejects.toThrow(/under another id/)
    await expect(rowOf('together')).resolves.toMatchObject({ status: 'open', costNanoUsd: null })
  })

  it('opens no attempt of an operation that it ends', async () => {
    const id = await opened('over')
    const next = admissionOf('over', { number: 2 })
    const operationEnd = { status: 'failed', result: 'gave up' } as const
    const outcomes = await ledger.settle([completion(id, { operationEnd, next })])
    expect(outcomes).toMatchObject([{ next: { status: 'ended', result: 'gave up' } }])
  })

  it('ends the operation once: the first end stands', async () => {
    const id = await opened('end')
    const first = { status: 'cancelled', result: 'first' } as const
    const second = { status: 'completed', result: 'second' } as const
    await ledger.settle([completion(id, { operationEnd: first }), completion(id, { operationEnd: second })])
    await ledger.settle([completion(id, { operationEnd: second })])
    await expect(operationOf('end')).resolves.toMatchObject({ status: 'cancelled' })
    await expect(ledger.admit([admissionOf('end')])).resolves.toEqual([{ status: 'ended', result: 'first' }])
  })

  it('of an attempt that was never admitted names it and books nothing of its batch', async () => {
    const id = await opened('unknown')
    const batch = ledger.settle([completion(id), completion('nobody@run#1')])
    await expect(batch).rejects.toThrow(UnknownAttemptError)
    await expect(batch).rejects.toThrow(/nobody@run#1 is not in the ledger/)
    await expect(rowOf('unknown')).resolves.toMatchObject({ status: 'open' })
  })
})
