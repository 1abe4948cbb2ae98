import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { fileURLToPath } from 'node:url'
import { type LoneWorker, startLoneWorker } from '../fixtures/lone-worker.ts'
import { startOnce } from '../../client/start-once.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

let worker: LoneWorker

beforeAll(async () => {
  worker = await startLoneWorker((place) =>
    Worker.create({
      ...place,
      taskQueue: TASK_QUEUES.orchestrator,
      workflowsPath: fileURLToPath(import.meta.resolve('./renewing-workflow.ts')),
    }),
  )
})
afterAll(() => worker.stop())

const start = (workflowId: string, input: object, tenant = 'acme') =>
  startOnce(worker.client, { workflowType: 'renewing', workflowId, input, tenant, summary: 'a test' })

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
