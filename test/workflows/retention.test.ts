import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { contentObjects } from '../../store/schema.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { RETENTION_WORKFLOW_ID, type RetentionInput, retentionStatusQuery } from '../../workflows/contract.ts'
import { runsOf } from '../fixtures/run-facts.ts'
import { sha256Hex } from '../../payloads/content-store.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import type { WorkflowHandle } from '@temporalio/client'

/** Everything that is over goes at the next pass. */
const AT_ONCE: RetentionInput = { retentionMs: 0, graceMs: 0, intervalMs: 200 }

const long = (text: string) => `${text} `.repeat(400)

const SUBTASK = { type: 'analysis', dependsOn: [] } as const

const provider = createScriptedProvider('first', async (request, _call, signal) => {
  if (lastText(request).includes('hang')) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }
  return long(`an answer to ${lastText(request).slice(0, 40)}`)
})

let system: Orchestration
let switchyard: Switchyard

beforeAll(async () => {
  const address = inject('temporalAddress')
  const catalog = testCatalog([{ name: 'first' }])
  system = await startOrchestration({ address, catalog, providers: { first: provider } })
  const { namespace, contents } = system
  switchyard = await createSwitchyard({ address, namespace, contents })
})
afterAll(async () => {
  await switchyard.close()
  await system.stop()
})

async function ownersOf(text: string): Promise<readonly string[]> {
  const rows = await system.database.queries.select().from(contentObjects)
  return rows.filter(({ sha256 }) => sha256 === sha256Hex(text)).map(({ operationId }) => operationId)
}

async function isKept(text: string): Promise<boolean> {
  const ref = { sha256: sha256Hex(text), bytes: Buffer.byteLength(text) }
  return system.contents.get(ref).then(
    () => true,
    () => false,
  )
}

/** Starts the removal and waits until it has looked at everything that is there now. */
async function pass(): Promise<WorkflowHandle> {
  const handle = await system.startRetention(AT_ONCE)
  const { passes } = await handle.query(retentionStatusQuery)
  await expect.poll(async () => (await handle.query(retentionStatusQuery)).passes).toBeGreaterThan(passes + 1)
  return handle
}

async function stop(handle: WorkflowHandle): Promise<void> {
  await handle.terminate('a test')
}

describe('stored texts', { timeout: 120_000 }, () => {
  test('belong to their call, go when its retention has ended, and reading them says so', async () => {
    const prompt = long('a long prompt')
    const call = await switchyard.startCall(prompt, { tenant: 'acme', requestId: '1' })
    const { text } = await call.result()
    expect(await ownersOf(prompt)).toEqual([call.workflowId])
    expect(await ownersOf(text)).toEqual([call.workflowId])
    await stop(await pass())
    expect(await isKept(prompt)).toBe(false)
    expect(await isKept(text)).toBe(false)
    expect(await ownersOf(prompt)).toEqual([])
    const again = await switchyard.startCall(prompt, { tenant: 'acme', requestId: '1' })
    await expect(again.result()).rejects.toMatchObject({
      name: 'OperationRefusedError',
      message: 'the answer of call 1 is not kept any more: its retention has ended',
    })
  })

  test('of a task belong to the task, and stay while it runs', async () => {
    const texts = { task: long('a long task'), first: long('do this first'), second: long('then hang') }
    const task = await switchyard.startTask(
      {
        task: texts.task,
        plan: {
          subtasks: [
            { ...SUBTASK, id: 's1', action: texts.first },
            { ...SUBTASK, id: 's2', action: texts.second, dependsOn: ['s1'] },
          ],
        },
      },
      { taskId: 'texts' },
    )
    await expect.poll(async () => (await task.progress()).subtasks[1]?.phase).toBe('running')
    const handle = await pass()
    for (const text of Object.values(texts)) {
      // oxlint-disable-next-line no-await-in-loop -- one text after the other
      expect([await isKept(text), await ownersOf(text)]).toEqual([true, [task.workflowId]])
    }
    await system.client.workflow.getHandle(task.workflowId).terminate('a test')
    await expect.poll(() => isKept(texts.task)).toBe(false)
    await expect.poll(() => isKept(texts.second)).toBe(false)
    await stop(handle)
  })

  test('of a task belong to it before its plan is approved', async () => {
    const task = long('a task that waits for a person')
    const plan = { subtasks: [{ ...SUBTASK, id: 's1', action: long('wait for a person') }] }
    const handle = await switchyard.startTask({ task, plan, approval: {} }, { taskId: 'approval' })
    await expect.poll(() => ownersOf(task)).toEqual([handle.workflowId])
    const removing = await pass()
    expect(await isKept(task)).toBe(true)
    await stop(removing)
    await handle.reject({ by: 'a test' })
    await expect(handle.result()).rejects.toThrow('rejected')
  })

  test('stay when another operation owns the same ones', async () => {
    const prompt = long('hang: a prompt that two share')
    const running = await switchyard.startCall(prompt, { requestId: 'running' })
    const over = await switchyard.startCall(prompt, { requestId: 'over' })
    await expect.poll(() => ownersOf(prompt)).toHaveLength(2)
    await over.cancel()
    await expect(over.result()).rejects.toThrow('cancelled')
    const handle = await pass()
    expect(await ownersOf(prompt)).toEqual([running.workflowId])
    expect(await isKept(prompt)).toBe(true)
    await running.cancel()
    await expect.poll(() => isKept(prompt)).toBe(false)
    await stop(handle)
  })

  test('that nobody owns go after the grace', async () => {
    const orphan = long('put by a worker that died')
    await system.contents.put(orphan)
    const patient = await system.startRetention({ ...AT_ONCE, graceMs: 3_600_000 })
    await expect
      .poll(async () => (await patient.query(retentionStatusQuery)).passes)
      .toBeGreaterThanOrEqual(1)
    expect(await isKept(orphan)).toBe(true)
    await stop(patient)
    await stop(await pass())
    expect(await isKept(orphan)).toBe(false)
  })
})

describe('the removal of stored texts', { timeout: 60_000 }, () => {
  test('runs once, however many orchestrators start it, and its history stays short', async () => {
    const first = await system.startRetention({ intervalMs: 50, passesPerRun: 2 })
    const second = await system.startRetention({})
    expect((await second.describe()).workflowId).toBe(first.workflowId)
    await expect.poll(async () => (await second.query(retentionStatusQuery)).passes).toBeGreaterThan(4)
    const runs = await runsOf(system.client, RETENTION_WORKFLOW_ID)
    expect(Math.max(...runs.map(({ events }) => events))).toBeLessThan(60)
    await stop(second)
  })

  test('refuses wrong input at once and says where it is wrong', async () => {
    const wrong = system.client.workflow.execute('retention', {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId: 'maintenance/wrong',
      args: [{ retentionDays: 3, graceMs: -1 }],
    })
    await expect(wrong).rejects.toMatchObject({
      cause: {
        type: 'InvalidInput',
        message: expect.stringMatching(/retentionDays: is not known here.*graceMs: must be a whole number/),
      },
    })
  })
})
