import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Client, Connection } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createNamespace } from '../fixtures/namespace.ts'
import { fileURLToPath } from 'node:url'
import { startOnce } from '../../client/start-once.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

let client: Client
let stop: () => Promise<void>

beforeAll(async () => {
  const address = inject('temporalAddress')
  const namespace = await createNamespace(address)
  const native = await NativeConnection.connect({ address })
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: TASK_QUEUES.orchestrator,
    workflowsPath: fileURLToPath(import.meta.resolve('./renewing-workflow.ts')),
  })
  const running = worker.run()
  const connection = await Connection.connect({ address })
  client = new Client({ connection, namespace })
  stop = async () => {
    worker.shutdown()
    await running
    await native.close()
    await connection.close()
  }
})
afterAll(() => stop())

const start = (workflowId: string, input: object, tenant = 'acme') =>
  startOnce(client, { workflowType: 'renewing', workflowId, input, tenant, summary: 'a test' })

describe('a workflow that is started once', () => {
  test('is still known by its input after it continued as new', async () => {
    const first = await start('renewed', { runs: 3 })
    expect(await first.handle.result()).toBe('done')
    const again = await start('renewed', { runs: 3 })
    expect(again.isNew).toBe(false)
    expect(await again.handle.result()).toBe('done')
    await expect(start('renewed', { runs: 4 })).rejects.toMatchObject({ name: 'IdempotencyConflictError' })
  })

  test('carries its tenant as fairness key, also one that is too long for a key', async () => {
    const { handle } = await start('fair', { runs: 1 })
    expect((await handle.describe()).priority).toMatchObject({ fairnessKey: 'acme' })
    const long = await start('fair-long', { runs: 1 }, 'a'.repeat(128))
    expect((await long.handle.describe()).priority?.fairnessKey).toMatch(/^[0-9a-f]{64}$/)
  })
})
