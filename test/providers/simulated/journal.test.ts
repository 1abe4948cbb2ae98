import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type JournalEntry, openJournal } from '../../../providers/simulated/journal.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

function entry(attemptId: string): JournalEntry {
  const at = '2026-11-21T00:00:00.000Z'
  return {
    attemptId,
    at,
    model: 'm',
    surface: 'openai',
    status: 200,
    inputTokens: 1,
    outputTokens: 2,
    answered: true,
  }
}

test('an entry counts only once it is synced to disk', async () => {
  await using folder = await createTemporaryFolder()
  const steps: string[] = []
  const journal = await openJournal(join(folder.path, 'journal'), async (handle) => {
    await handle.sync()
    steps.push('synced')
  })
  await journal.append(entry('a')).then(() => steps.push('appended'))
  expect(steps).toEqual(['synced', 'appended'])
  expect(journal.entries()).toEqual([entry('a')])
  await journal.close()
})

test('entries that wait together share a sync', async () => {
  await using folder = await createTemporaryFolder()
  const file = join(folder.path, 'journal')
  let syncs = 0
  const journal = await openJournal(file, (handle) => {
    syncs += 1
    return handle.sync()
  })
  await Promise.all(Array.from({ length: 200 }, (_, index) => journal.append(entry(`a${index}`))))
  await journal.close()
  expect(syncs).toBeLessThan(10)
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(200)
})

test('an entry that cannot be synced is not there, and the caller learns it', async () => {
  await using folder = await createTemporaryFolder()
  const journal = await openJournal(join(folder.path, 'journal'), () =>
    Promise.reject(new Error('disk full')),
  )
  await expect(journal.append(entry('a'))).rejects.toThrow('disk full')
  expect(journal.entries()).toEqual([])
  await journal.close()
})

test('a journal goes on where it ended, without a line that a crash cut', async () => {
  await using folder = await createTemporaryFolder()
  const file = join(folder.path, 'journal')
  const first = await openJournal(file)
  await first.append(entry('a'))
  await first.close()
  await appendFile(file, '{"attemptId":"torn')
  const second = await openJournal(file)
  await second.append(entry('b'))
  expect(second.entries().map(({ attemptId }) => attemptId)).toEqual(['a', 'b'])
  await second.close()
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2)
})
