import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { admission, CANDIDATE, completion, loss } from '../records.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import {
  createOpenAttemptReader,
  type OpenAttemptPosition,
} from '../../../store/ledger/open-attempt-reader.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'

const HOUR_MS = 3_600_000
const attemptOf = (operationId: string) => admission(operationId).attempt.attemptId

describe.each(ENGINES)('The reader of open attempts on $name', ({ open }) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
    const ledger = createLedger(database)
    await ledger.admit([
      ...['call/a', 'call/b', 'call/c', 'call/done', 'call/lost', 'call/young'].map((id) => admission(id)),
      admission('task/t/subtask/s1', { operation: { kind: 'subtask', taskId: 'task/t' } }),
    ])
    await ledger.settle([completion(attemptOf('call/done')), loss(attemptOf('call/lost'))])
    // All of one moment, so that their order falls to their ids.
    await database.queries.execute(sql`
      update attempts set opened_at = now() - interval '2 hours' where operation_id <> 'call/young'`)
  })
  afterAll(() => database.close())

  it('finds those that are open and old enough, with the workflow that opened them', async () => {
    const { attempts, next } = await createOpenAttemptReader(database).read({ olderThanMs: HOUR_MS })
    expect(attempts).toEqual(
      ['call/a', 'call/b', 'call/c', 'task/t/subtask/s1'].map((operationId) => ({
        attemptId: attemptOf(operationId),
        operationId,
        workflowId: operationId.startsWith('task/') ? 'task/t' : operationId,
        runId: 'run-1',
        openedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      })),
    )
    expect(next).toBeUndefined()
  })

  it('says whether a version has any', async () => {
    const reader = createOpenAttemptReader(database)
    const { model, version } = CANDIDATE
    expect(await reader.hasOpen({ model, version })).toBe(true)
    expect(await reader.hasOpen({ model, version: 'another' })).toBe(false)
    expect(await reader.hasOpen({ model: 'another', version })).toBe(false)
  })

  it('finds none that is younger than the bound', async () => {
    const reader = createOpenAttemptReader(database)
    await expect(reader.read({ olderThanMs: 24 * HOUR_MS })).resolves.toEqual({ attempts: [] })
  })

  it('reads page after page, each attempt once, also when one is settled in between', async () => {
    const reader = createOpenAttemptReader(database, 2)
    const seen: string[] = []
    let after: OpenAttemptPosition | undefined
    do {
      // oxlint-disable-next-line no-await-in-loop -- page after page
      const page = await reader.read({ olderThanMs: HOUR_MS, ...(after === undefined ? {} : { after }) })
      seen.push(...page.attempts.map(({ operationId }) => operationId))
      // oxlint-disable-next-line no-await-in-loop
      await createLedger(database).settle([loss(attemptOf('call/a'))])
      after = page.next
    } while (after !== undefined)
    expect(seen).toEqual(['call/a', 'call/b', 'call/c', 'task/t/subtask/s1'])
  })
})
