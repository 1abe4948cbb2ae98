import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as DrizzleKit from 'drizzle-kit/api'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createCostReports } from '../../store/reports/costs.ts'
import { openDatabase } from '../../store/database.ts'
import { FolderLockedError } from '../../store/engines/folder-lock.ts'
import { MIGRATIONS_FOLDER } from '../../store/migrations-folder.ts'
import * as schema from '../../store/schema.ts'
import { createLedger } from '../../store/ledger/sql-ledger.ts'
import { createDatabase } from '../fixtures/postgres.ts'
import { admission } from './records.ts'

// Its ES module build calls `require`, which Node refuses.
const drizzleKit: typeof DrizzleKit = createRequire(import.meta.url)('drizzle-kit/api')

describe('The migrations', () => {
  it('build exactly what schema.ts describes', async () => {
    const journal = JSON.parse(await readFile(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'), 'utf8'))
    const newest = String(journal.entries.length - 1).padStart(4, '0')
    const snapshot = await readFile(join(MIGRATIONS_FOLDER, 'meta', `${newest}_snapshot.json`), 'utf8')
    const described = drizzleKit.generateDrizzleJson(schema)
    await expect(drizzleKit.generateMigration(JSON.parse(snapshot), described)).resolves.toEqual([])
  })

  it('are applied once when several processes start on one PostgreSQL', async () => {
    const databaseUrl = await createDatabase(inject('postgresUrl'))
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase({ databaseUrl })))
    const [first, second] = databases.map((database) => createLedger(database))
    await first?.admit([admission('shared')])
    await expect(second?.admit([admission('shared')])).resolves.toMatchObject([{ status: 'opened' }])
    await Promise.all(databases.map((database) => database.close()))
  })
})

describe('An embedded database', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-store-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('keeps its rows when it is closed and opened again, and closes twice', async () => {
    const dataDir = join(folder, 'kept')
    const first = await openDatabase({ dataDir })
    await createLedger(first).admit([admission('kept')])
    await first.close()
    await first.close()
    const second = await openDatabase({ dataDir })
    const { totals } = await createCostReports(second).summary({})
    await second.close()
    expect(totals.operations).toBe(1)
  })

  it('is refused to a second opener', async () => {
    const dataDir = join(folder, 'locked')
    const [first, second] = await Promise.allSettled([openDatabase({ dataDir }), openDatabase({ dataDir })])
    const opened = [first, second].filter((result) => result.status === 'fulfilled')
    const refused = [first, second].filter((result) => result.status === 'rejected')
    await Promise.all(opened.map((result) => result.value.close()))
    expect(opened).toHaveLength(1)
    expect(refused.map((result) => result.reason)).toEqual([expect.any(FolderLockedError)])
    expect(String(refused[0]?.reason)).toContain('set DATABASE_URL')
  })

  it('that cannot be opened is an error that names its folder', async () => {
    const dataDir = join(folder, 'broken')
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'pgdata'), 'a file, and no folder')
    await expect(openDatabase({ dataDir })).rejects.toThrow(`${join(dataDir, 'pgdata')} cannot be opened`)
  })
})

describe('A PostgreSQL server that is not there', () => {
  it('is an error, not a wait', async () => {
    const databaseUrl = 'postgres://nobody@127.0.0.1:1/none'
    await expect(openDatabase({ databaseUrl })).rejects.toThrow('ECONNREFUSED')
  })
})
