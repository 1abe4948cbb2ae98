import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type Database, openDatabase } from '../../store/database.ts'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { mkdtemp, rm } from 'node:fs/promises'
import { createCostReports } from '../../store/reports/costs.ts'
import { createNamespace } from '../fixtures/namespace.ts'
import { createReportActivities } from '../../activities/reports.ts'
import { join } from 'node:path'
import { ROWS, writeRows } from '../store/ledger-rows.ts'
import { runCommandLine } from '../../cli/program.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { tmpdir } from 'node:os'

Runtime.install({ logger: new DefaultLogger('ERROR') })

const address = inject('temporalAddress')
let namespace: string
let folder: string
let database: Database
let stop: () => Promise<void>

beforeAll(async () => {
  namespace = await createNamespace(address)
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  database = await openDatabase({ dataDir: ':memory:' })
  await writeRows(database, ROWS)
  const connection = await NativeConnection.connect({ address })
  const deps = { costs: createCostReports(database), catalog: testCatalog([{ name: 'here' }]), skipped: [] }
  const activities = createReportActivities(deps)
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUES.orchestrator,
    activities,
  })
  const running = worker.run()
  stop = async () => {
    worker.shutdown()
    await running
    await connection.close()
  }
})
afterAll(async () => {
  await stop()
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

/** What a command prints on standard output; the test fails when it does. */
async function outputOf(...args: readonly string[]): Promise<string> {
  const place = ['--address', address, '--namespace', namespace, '--data-dir', folder]
  const out: string[] = []
  const notes: string[] = []
  const code = await runCommandLine([...args, ...place], {
    out: (text) => void out.push(text),
    note: (text) => void notes.push(text),
    noteStream: process.stderr,
  })
  expect({ code, notes }).toEqual({ code: 0, notes: [] })
  return out.join('\n')
}

test('costs shows every grouping with errors and unknown outcomes', async () => {
  expect(await outputOf('costs')).toMatch(/small +6 +2 \(40 %\)/)
  expect(await outputOf('costs', '--by', 'tenant')).toMatch(/bolt +1 +0 /)
  expect(await outputOf('costs', '--by', 'endpoint', '--tenant', 'acme')).toContain(
    '2 calls with an unknown outcome',
  )
})

test('costs --expensive shows the operations from a threshold on', async () => {
  const table = await outputOf('costs', '--expensive', '0.0000005')
  expect(table).toMatch(/a\/3 +call +acme/)
  expect(table).toMatch(/a\/4 +call +acme/)
  expect(table).not.toContain('a/2')
  expect(await outputOf('costs', '--expensive', '5usd')).toContain('No operation cost that much.')
})

test('costs --limit shows so many and says that there may be more', async () => {
  const table = await outputOf('costs', '--by', 'operation', '--limit', '1')
  expect(table).toContain('These are the dearest 1; --limit shows more.')
})

test('usage shows the last hour, or as many minutes as asked for', async () => {
  expect(await outputOf('usage')).toMatch(/small +5 +0\.08 +5 +2 /)
  expect(await outputOf('usage', '--by', 'tenant', '--minutes', '120')).toMatch(/acme +5 /)
  expect(await outputOf('usage', '--tenant', 'nobody')).toBe('No calls were made during the last hour.')
})

test('usage --json prints one document with all groupings', async () => {
  const report: unknown = JSON.parse(await outputOf('usage', '--by', 'endpoint', '--json'))
  expect(report).toMatchObject({
    minutes: 60,
    totals: { requests: 5, attempts: 6, open: 1, ambiguous: 2, costNanoUsd: 2200 },
    byModel: [{ model: 'small' }, { model: 'large' }],
    byTenant: [{ tenant: 'acme' }, { tenant: 'bolt' }],
    byEndpoint: [{ endpoint: 'simulated-1' }, { endpoint: 'simulated-2' }],
  })
})
