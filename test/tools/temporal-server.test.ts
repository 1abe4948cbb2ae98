import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { tsToMs } from '@temporalio/common/lib/time.js'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureTemporalCli, startTemporalServer, type TemporalServer } from '../../tools/temporal-server.ts'

const HOLDER = fileURLToPath(new URL('hold-temporal-server.ts', import.meta.url))

describe('startTemporalServer', { timeout: 90_000 }, () => {
  let cliPath: string
  let folder: string
  let dbFile: string
  let servers: TemporalServer[]
  beforeAll(async () => {
    cliPath = await ensureTemporalCli({ onProgress: () => {} })
  }, 900_000)
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-server-'))
    dbFile = join(folder, 'temporal.db')
    servers = []
  })
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await rm(folder, { recursive: true, force: true })
  })
  const start = async (options: Partial<Parameters<typeof startTemporalServer>[0]> = {}) => {
    const server = await startTemporalServer({ cliPath, headless: true, ...options })
    servers.push(server)
    return server
  }

  test('keeps workflows and search attributes over a crash and a restart on its file', async () => {
    const first = await start({ dbFile, searchAttributes: { tenant: 'KEYWORD' } })
    const runId = await withClient(first, async ({ workflow }) => {
      const options = { taskQueue: 'nobody', workflowId: 'kept', searchAttributes: { tenant: ['acme'] } }
      return (await workflow.start('anything', options)).firstExecutionRunId
    })
    first.kill()
    expect(await first.exited).toBeNull()
    const second = await start({ dbFile, searchAttributes: { tenant: 'KEYWORD', priority: 'INT' } })
    await withClient(second, async ({ workflow, connection }) => {
      const found = await workflow.getHandle('kept').describe()
      expect(found.runId).toBe(runId)
      const listed = await connection.operatorService.listSearchAttributes({ namespace: second.namespace })
      expect(Object.keys(listed.customAttributes)).toEqual(expect.arrayContaining(['tenant', 'priority']))
    })
  })

  test('fires a short timer when it is due, not a second later', async () => {
    const server = await start()
    await withClient(server, async ({ workflow }) => {
      const handle = await workflow.start('anything', {
        taskQueue: 'nobody',
        workflowId: 'delayed',
        startDelay: '200ms',
      })
      await expect.poll(() => readMoments(handle), { timeout: 10_000 }).toHaveLength(2)
      const [startedMs = 0, dueMs = 0] = await readMoments(handle)
      expect(dueMs - startedMs).toBeGreaterThanOrEqual(200)
      expect(dueMs - startedMs).toBeLessThan(900)
    })
  })

  test('is gone soon after its parent was killed, and its file is free for the next', async () => {
    const parent = spawn(process.execPath, [HOLDER, cliPath, dbFile], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(String(line))
    expect(isRunning(pid)).toBe(true)
    parent.kill('SIGKILL')
    await start({ dbFile })
    expect(isRunning(pid)).toBe(false)
  })

  test('refuses a file that the server of a living process uses', async () => {
    const { pid } = await start({ dbFile })
    await expect(start({ dbFile })).rejects.toThrow(`(process ${pid}) of process ${process.pid} uses`)
  })

  test('does not end a stranger that a stale note names', async () => {
    const stranger = spawn('sleep', ['60'])
    try {
      const note = { server: { pid: stranger.pid }, owner: { pid: 2 ** 22 + 1 } }
      await writeFile(`${dbFile}.server.json`, JSON.stringify(note))
      await start({ dbFile })
      expect(stranger.exitCode).toBeNull()
      expect(stranger.signalCode).toBeNull()
    } finally {
      stranger.kill()
    }
  })

  test('leaves nothing but its database behind when it is stopped', async () => {
    const logFile = join(folder, 'logs', 'server.log')
    const server = await start({ dbFile, logFile })
    await server.stop()
    expect(isRunning(server.pid)).toBe(false)
    const names = (await readdir(folder)).filter((name) => !name.startsWith('temporal.db-'))
    expect(names.toSorted()).toEqual(['logs', 'temporal.db'])
  })

  test('says which port is taken', async () => {
    const other = createServer().listen({ port: 0, host: '127.0.0.1' })
    await once(other, 'listening')
    const bound = other.address()
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0
    try {
      await expect(start({ port })).rejects.toThrow(`gRPC port ${port} is taken`)
      await expect(start({ uiPort: port })).rejects.toThrow(`UI port ${port} is taken`)
    } finally {
      other.close()
    }
  })

  test('ends with the last words of a server that does not come up', async () => {
    await writeFile(dbFile, 'this is no database, but a text')
    await expect(start({ dbFile })).rejects.toThrow(
      /ended \(exit code 1\) before it was ready:\n.*not a database/su,
    )
    expect(await readFile(dbFile, 'utf8')).toBe('this is no database, but a text')
  })

  test('names a program that cannot be started', async () => {
    await expect(start({ cliPath: '/no/such/temporal' })).rejects.toThrow('with /no/such/temporal')
  })
})

async function withClient<T>(server: TemporalServer, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address })
  try {
    return await use(new Client({ connection, namespace: server.namespace }))
  } finally {
    await connection.close()
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** When each event of a workflow was written, in milliseconds since the epoch. */
async function readMoments(handle: WorkflowHandle): Promise<readonly number[]> {
  const { events } = await handle.fetchHistory()
  return (events ?? []).map(({ eventTime }) => tsToMs(eventTime))
}
