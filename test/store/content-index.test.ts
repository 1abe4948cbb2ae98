import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContentIndex, createContentIndex } from '../../store/content-index.ts'
import type { Database } from '../../store/database.ts'
import { ENGINES } from './engines.ts'

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
})
