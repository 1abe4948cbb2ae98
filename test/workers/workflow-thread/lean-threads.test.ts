import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { fileURLToPath } from 'node:url'
import { inLeanThreads } from '../../../workers/workflow-thread/lean-threads.ts'
import { type LoneWorker, startLoneWorker } from '../../fixtures/lone-worker.ts'
import threads from 'node:worker_threads'

// It is said that a workflow was stopped: that is what is wanted.
Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) })

const taskQueue = 'greedy'

let worker: LoneWorker

beforeAll(async () => {
  worker = await startLoneWorker((place) =>
    inLeanThreads(() =>
      Worker.create({
        ...place,
        taskQueue,
        workflowsPath: fileURLToPath(import.meta.resolve('./greedy-workflows.ts')),
      }),
    ),
  )
})
afterAll(() => worker.stop())

const start = (workflowType: string, ...args: readonly unknown[]) =>
  worker.client.workflow.start(workflowType, {
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
