import { afterAll, beforeAll, expect, it } from 'vitest'
import { admission, completion, COMPLETION_COST, PRICE, RESERVED } from '../records.ts'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { attempts } from '../../../store/schema.ts'
import { createLedger } from '../../../store/ledger/sql-ledger.ts'
import { drizzle } from 'drizzle-orm/pglite'
import { join } from 'node:path'
import { migrate } from 'drizzle-orm/pglite/migrator'
import { MIGRATIONS_FOLDER } from '../../../store/migrations-folder.ts'
import { openDatabase } from '../../../store/database.ts'
import { PGlite } from '@electric-sql/pglite'
import { setBudgets } from '../budget-records.ts'
import { tmpdir } from 'node:os'

const ID = 'old@run-1#1'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-migration-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The migrations as they were before there were budgets. */
async function oldMigrations(): Promise<string> {
  const old = join(folder, 'migrations')
  await cp(MIGRATIONS_FOLDER, old, { recursive: true })
  const journalFile = join(old, 'meta', '_journal.json')
  const journal: { entries: object[] } = JSON.parse(await readFile(journalFile, 'utf8'))
  await writeFile(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }))
  return old
}

it('A database from before budgets keeps its rows, and calls that are open then are settled', async () => {
  await mkdir(join(folder, 'data'))
  const old = await PGlite.create(join(folder, 'data', 'pgdata'))
  await migrate(drizzle(old), { migrationsFolder: await oldMigrations() })
  const price = JSON.stringify(PRICE)
  await old.exec(`
    insert into operations (operation_id, kind, tenant, request_hash, decision, candidates)
    values ('old', 'call', 'acme', 'hash-1', '{}', '[]');
    insert into attempts (attempt_id, operation_id, run_id, number, model, version, provider, endpoint, candidate,
      reserved_nano_usd, price, price_version)
    values ('${ID}', 'old', 'run-1', 1, 'm', 'v', 'p', 'e', '{}', ${RESERVED}, '${price}', 'list-1')`)
  await old.close()
  const database = await openDatabase({ dataDir: join(folder, 'data') })
  await setBudgets(database, { tenant: 'acme', capNanoUsd: RESERVED })
  const next = admission('old', { number: 2 })
  await expect(createLedger(database).settle([completion(ID, { next })])).resolves.toMatchObject([
    { costNanoUsd: COMPLETION_COST, next: { status: 'opened' } },
  ])
  const rows = await database.queries.select().from(attempts).orderBy(attempts.number)
  expect(rows.map(({ reservation }) => reservation?.windows.length)).toEqual([undefined, 1])
  await database.close()
})
