import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Client, Connection } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createNamespace } from '../../fixtures/namespace.ts'
import { fileURLToPath } from 'node:url'
import { inLeanThreads } from '../../../workers/workflow-thread/lean-threads.ts'
import threads from 'node:worker_threads'

// It is said that a workflow was stopped: that is what is wanted.
Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) })

const taskQueue = 'greedy'

let client: Client
let stop: () => Promise<void>

beforeAll(async () => {
  const address = inject('temporalAddress')
  const namespace = await createNamespace(address)
  const native = await NativeConnection.connect({ address })
  const worker = await inLeanThreads(() =>
    Worker.create({
      connection: native,
      namespace,
      taskQueue,
      workflowsPath: fileURLToPath(import.meta.resolve('./greedy-workflows.ts')),
    }),
  )
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

const start = (workflowType: string, ...args: readonly unknown[]) =>
  client.workflow.start(workflowType, {
    taskQueue,
    workflowId: `${workflowType}-${crypto.randomUUID()}`,
    args: [...args],
  })

async function taskFailure(workflowType: string): Promise<string> {
  const handle = await start(workflowType)
  const failureOf = async (): Promise<string> => {
    const { events } = await handle.fetchHistory()
    const failed = events?.find(({ workflowTaskFailedEventAttributes: task }) => task)
    return failed?.workflowTaskFailedEventAttributes?.failure?.message ?? ''
  }
  await expect.poll(failureOf, { timeout: 25_000, interval: 250 }).not.toBe('')
  await handle.terminate()
  return failureOf()
}

describe('a worker whose workflows run in lean threads', () => {
  test.for(['spin', 'spinLater'])('stops one that never yields: %s', { timeout: 60_000 }, async (type) => {
    expect(await taskFailure(type)).toMatch(/timed out after 5000ms/)
    expect(await (await start('greet', 'others')).result()).toBe('hello others')
  })

  test('runs others, and ends them as they end themselves', async () => {
    expect(await (await start('greet', 'ada')).result()).toBe('hello ada')
    const failed = await start('fail')
    await expect(failed.result()).rejects.toMatchObject({ cause: { message: 'on purpose' } })
  })

  test('leaves other threads as they are', () => {
    expect(threads.Worker.name).toBe('Worker')
  })
})
