import { Client, Connection } from '@temporalio/client'
import { type DevSystem, startDev } from '../../workers/dev.ts'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { readDevFile } from '../../workers/dev-settings.ts'
import { createDataConverter } from '../../payloads/data-converter.ts'
import { createFolderContentStore } from '../../payloads/content-store.ts'
import { createNamespace } from '../fixtures/namespace.ts'
import { existsSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { smallCatalog } from './catalog/small-catalog.ts'

let folder = ''
let system: DevSystem
let client: Client
const progress: string[] = []

/** One local model with tiny generated weights; the vendor's key is not set. */
const catalog = smallCatalog({ 'models.chat-small.versions.0.weights': { uri: 'generated:7' } })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-dev-'))
  await writeFile(join(folder, 'catalog.yaml'), catalog)
  const address = inject('temporalAddress')
  system = await startDev({
    dataDir: folder,
    catalogPath: join(folder, 'catalog.yaml'),
    temporalAddress: address,
    namespace: await createNamespace(address),
    healthPort: 0,
    onProgress: (line) => progress.push(line),
    environment: { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' },
  })
  client = new Client({
    connection: await Connection.connect({ address }),
    namespace: system.namespace,
    dataConverter: createDataConverter(createFolderContentStore(system.contentDir)),
  })
})

afterAll(async () => {
  await client.connection.close()
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('startDev', () => {
  it('is ready when it resolves, and has said what it did', () => {
    expect(system.readiness()).toEqual([
      { part: 'orchestrator', isReady: true, state: 'running' },
      { part: `node.${hostname()}`, isReady: true, state: 'joined' },
      { part: 'model.chat-small.v1', isReady: true, state: 'serving' },
    ])
    expect(progress).toEqual(expect.arrayContaining(['Database: opening', 'chat-small v1: ready']))
  })

  it('writes down where it can be reached', async () => {
    expect(await readDevFile(folder)).toMatchObject({
      address: system.address,
      namespace: system.namespace,
      pid: process.pid,
      contentDir: join(folder, 'content'),
    })
  })

  it('does not take a later process with its number for itself', async () => {
    const path = join(folder, 'dev.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, JSON.stringify({ ...JSON.parse(text), startMark: 'another start' }))
    expect(await readDevFile(folder)).toBeUndefined()
    await writeFile(path, text)
  })

  it(
    'has the default schedules, and the health check finds the model well',
    { timeout: 90_000 },
    async () => {
      const scheduleIds = async () => {
        const ids: string[] = []
        for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId)
        return ids
      }
      const expected = ['maintenance/health-check', 'maintenance/model-update']
      await expect.poll(scheduleIds, { timeout: 30_000 }).toEqual(expect.arrayContaining(expected))
      await expect
        .poll(() => report('maintenanceReport'), { timeout: 60_000, interval: 500 })
        .toMatchObject({
          versions: [{ model: 'chat-small', version: 'v1', endpoint: 'own', status: 'healthy' }],
        })
    },
  )

  it('answers a durable call from local weights and books it', async () => {
    const result: unknown = await client.workflow.execute('modelCall', {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId: 'call/default/first',
      args: [{ prompt: 'Hello', maxOutputTokens: 8 }],
    })
    expect(result).toMatchObject({ model: 'chat-small', provider: 'own' })
    expect(await report('costSummary')).toMatchObject({ totals: { operations: 1, attempts: 1 } })
  })

  it('lists this machine as a node that has the model ready', async () => {
    expect(await report('listNodes')).toMatchObject({
      nodes: [
        {
          nodeId: hostname(),
          state: 'live',
          versions: [{ model: 'chat-small', version: 'v1', phase: 'ready', slots: 1, waitingCalls: 0 }],
        },
      ],
    })
  })

  it('lists what it cannot call and what to set', async () => {
    expect(await report('listModels')).toMatchObject({
      skipped: [{ endpoint: 'vendor', reason: 'needs a key: set OPENAI_API_KEY' }],
    })
  })

  it('refuses a second system on the same folder', async () => {
    const second = startDev({
      dataDir: folder,
      catalogPath: join(folder, 'catalog.yaml'),
      temporalAddress: system.address,
      onProgress: () => {},
      environment: {},
    })
    await expect(second).rejects.toThrow(/is in use by process/)
    expect(system.readiness().every(({ isReady }) => isReady)).toBe(true)
  })

  it('takes its address back when it stops', async () => {
    await system.stop()
    expect(existsSync(join(folder, 'dev.json'))).toBe(false)
    expect(system.readiness().some(({ isReady }) => isReady)).toBe(false)
  })
})

function report(activity: string): Promise<unknown> {
  return client.activity.execute(activity, {
    id: `report/${activity}`,
    taskQueue: TASK_QUEUES.orchestrator,
    args: [{}],
    startToCloseTimeout: '20s',
  })
}
