import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContentIndex, createContentIndex } from '../../../store/content/content-index.ts'
import type { Database } from '../../../store/database.ts'
import { ENGINES } from '../engines.ts'
import { sql } from 'drizzle-orm'

const ONE = { sha256: '1'.repeat(64), bytes: 2048 }
const TWO = { sha256: '2'.repeat(64), bytes: 4096 }

describe.each(ENGINES)('The content index on $name', ({ open }) => {
  let database: Database
  let index: ContentIndex
  beforeAll(async () => {
    database = await open()
    index = createContentIndex(database)
  })
  afterAll(() => database.close())

  it('knows the texts of an operation, each once', async () => {
    await index.recordContent('one', [TWO, ONE, TWO])
    await index.recordContent('one', [ONE])
    await expect(index.contentOf('one')).resolves.toEqual([ONE, TWO])
  })

  it('keeps a text that two operations share with both', async () => {
    await index.recordContent('two', [ONE])
    await index.recordContent('three', [ONE])
    await expect(index.contentOf('two')).resolves.toEqual([ONE])
    await expect(index.contentOf('three')).resolves.toEqual([ONE])
  })

  it('has nothing of an operation without texts', async () => {
    await index.recordContent('four', [])
    await expect(index.contentOf('four')).resolves.toEqual([])
  })

  it('tells which of some texts anybody owns', async () => {
    await index.recordContent('five', [ONE])
    await expect(index.ownedAmong([ONE.sha256, '9'.repeat(64)])).resolves.toEqual(new Set([ONE.sha256]))
    await expect(index.ownedAmong([])).resolves.toEqual(new Set())
  })

  it('counts a text from now on when its operation names it again', async () => {
    await index.recordContent('six', [ONE, TWO])
    await database.queries.execute(sql`
      update content_objects set created_at = now() - interval '40 days' where operation_id = 'six'`)
    await index.recordContent('six', [ONE])
    const aged = await database.queries.execute(sql`
      select sha256 from content_objects where operation_id = 'six' and created_at < now() - interval '1 day'`)
    expect(aged.rows).toEqual([{ sha256: TWO.sha256 }])
  })
})
