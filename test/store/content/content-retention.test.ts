import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type ContentOwner,
  type ContentOwnerQuery,
  createContentRetention,
} from '../../../store/content/content-retention.ts'
import { contentObjects, operations } from '../../../store/schema.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import type { OperationStatus } from '../../../store/schema.ts'
import { eq } from 'drizzle-orm'

const HOUR_MS = 3_600_000
const DAY: ContentOwnerQuery = { olderThanMs: 24 * HOUR_MS }

const sha = (letter: string) => letter.repeat(64)

describe.each(ENGINES)('Content retention on $name', ({ open }) => {
  let database: Database
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await database.queries.delete(contentObjects)
    await database.queries.delete(operations)
  })

  const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString()

  async function own(operationId: string, letters: string, recordedHoursAgo: number): Promise<void> {
    const createdAt = hoursAgo(recordedHoursAgo)
    const rows = letters
      .split('')
      .map((letter) => ({ operationId, sha256: sha(letter), bytes: 2_000, createdAt }))
    await database.queries.insert(contentObjects).values(rows)
  }

  async function operation(
    operationId: string,
    {
      acceptedHoursAgo,
      endedHoursAgo,
      taskId,
    }: Partial<Record<'acceptedHoursAgo' | 'endedHoursAgo', number>> & {
      readonly taskId?: string
    },
  ): Promise<void> {
    const status: OperationStatus = endedHoursAgo === undefined ? 'open' : 'completed'
    await database.queries.insert(operations).values({
      operationId,
      kind: taskId === undefined ? 'call' : 'subtask',
      tenant: 'acme',
      requestHash: 'hash',
      decision: {},
      candidates: [],
      status,
      acceptedAt: hoursAgo(acceptedHoursAgo ?? 100),
      ...(taskId === undefined ? {} : { taskId }),
      ...(endedHoursAgo === undefined ? {} : { endedAt: hoursAgo(endedHoursAgo) }),
    })
  }

  async function ownersOver(pageSize?: number): Promise<readonly ContentOwner[]> {
    const retention = createContentRetention(database, pageSize)
    const owners: ContentOwner[] = []
    let after: ContentOwnerQuery['after']
    do {
      // oxlint-disable-next-line no-await-in-loop -- page after page
      const page = await retention.readOwners({ ...DAY, ...(after === undefined ? {} : { after }) })
      owners.push(...page.owners)
      after = page.next
    } while (after !== undefined)
    return owners.toSorted((left, right) => (left.operationId < right.operationId ? -1 : 1))
  }

  it('finds a call that ended long enough ago, and no other', async () => {
    await operation('call/old', { endedHoursAgo: 25 })
    await operation('call/new', { endedHoursAgo: 23 })
    await own('call/old', 'a', 25)
    await own('call/new', 'b', 25)
    expect(await ownersOver()).toEqual([{ operationId: 'call/old', hasEnded: true }])
  })

  it('tells a call without an end in the ledger from one that has it', async () => {
    await operation('call/swept', { acceptedHoursAgo: 30 })
    await own('call/swept', 'a', 30)
    await own('call/never-admitted', 'b', 30)
    expect(await ownersOver()).toEqual([
      { operationId: 'call/never-admitted', hasEnded: false },
      { operationId: 'call/swept', hasEnded: false },
    ])
  })

  it('hears of a task as long as any of its steps does something', async () => {
    await operation('task/1/subtask/s1', { taskId: 'task/1', endedHoursAgo: 60 })
    await operation('task/1/subtask/s2', { taskId: 'task/1', endedHoursAgo: 2 })
    await own('task/1', 'ab', 60)
    expect(await ownersOver()).toEqual([])
    await database.queries
      .update(operations)
      .set({ endedAt: hoursAgo(26) })
      .where(eq(operations.operationId, 'task/1/subtask/s2'))
    expect(await ownersOver()).toEqual([{ operationId: 'task/1', hasEnded: false }])
  })

  it('hears of an operation that named a text lately', async () => {
    await own('task/2', 'a', 60)
    await own('task/2', 'b', 1)
    expect(await ownersOver()).toEqual([])
  })

  it('finds all of them page by page, and each page says where the next one begins', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `call/${index}`)
    for (const name of names) {
      // oxlint-disable-next-line no-await-in-loop -- one row after the other
      await own(name, 'a', 30)
    }
    const found = (await ownersOver(2)).map(({ operationId }) => operationId)
    expect(found.toSorted()).toEqual(names)
  })

  it('lets go the texts of an operation, and names those that nobody else owns', async () => {
    await own('call/1', 'ab', 30)
    await own('call/2', 'b', 1)
    const retention = createContentRetention(database)
    expect(await retention.release(['call/1'], DAY)).toEqual([sha('a')])
    const left = await database.queries.select().from(contentObjects)
    expect(left).toMatchObject([{ operationId: 'call/2', sha256: sha('b') }])
  })

  it('keeps what an operation named again in the meantime', async () => {
    await own('call/1', 'a', 30)
    await own('call/1', 'b', 0)
    const retention = createContentRetention(database)
    expect(await retention.release(['call/1'], DAY)).toEqual([sha('a')])
    expect(await retention.release([], DAY)).toEqual([])
    expect(await database.queries.select().from(contentObjects)).toHaveLength(1)
  })
})
