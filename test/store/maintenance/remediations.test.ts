import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createRemediationBook,
  type RemediationBook,
  type RemediationRequest,
} from '../../../store/maintenance/remediations.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { remediations } from '../../../store/schema.ts'
import { sql } from 'drizzle-orm'

const LIMITS = { pauseMs: 600_000, mostADay: 2 }
const request = (id: string, version = 'v1'): RemediationRequest => ({
  id,
  model: 'm',
  version,
  kind: 'restart-host',
  reason: 'does not answer',
  startedBy: 'maintenance/health-check',
})

describe.each(ENGINES)('remediations on $name', ({ open }) => {
  let database: Database
  let book: RemediationBook
  beforeAll(async () => {
    database = await open()
    book = createRemediationBook(database)
  })
  afterAll(() => database.close())
  beforeEach(() => database.queries.delete(remediations))

  const age = (minutes: number) =>
    database.queries.execute(
      sql`update remediations set started_at = started_at - make_interval(mins => ${minutes})`,
    )

  it('are granted once, and not again before the pause is over', async () => {
    expect(await book.claim(request('1'), LIMITS)).toEqual({ status: 'granted' })
    expect(await book.claim(request('1'), LIMITS)).toEqual({ status: 'granted' })
    expect(await book.claim(request('2'), LIMITS)).toMatchObject({ status: 'held' })
    expect(await book.claim(request('3', 'v2'), LIMITS)).toEqual({ status: 'granted' })
    await age(11)
    expect(await book.claim(request('4'), LIMITS)).toEqual({ status: 'granted' })
    await age(11)
    expect(await book.claim(request('5'), LIMITS)).toMatchObject({
      status: 'held',
      reason: 'there were 2 in 24 hours: a person has to look',
    })
  })

  it('are granted to one of two that ask at once', async () => {
    const claims = await Promise.all([book.claim(request('1'), LIMITS), book.claim(request('2'), LIMITS)])
    expect(claims.map(({ status }) => status).toSorted()).toEqual(['granted', 'held'])
  })

  it('end once, and are listed with how', async () => {
    await book.claim({ ...request('1'), nodeId: 'a' }, LIMITS)
    await book.end('1', 'done', 'a loads it anew')
    await book.end('1', 'failed', 'later')
    expect(await book.list(5)).toMatchObject([
      { id: '1', nodeId: 'a', kind: 'restart-host', status: 'done', outcome: 'a loads it anew' },
    ])
  })
})
