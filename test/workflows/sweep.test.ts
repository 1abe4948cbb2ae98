import { randomUUID } from 'node:crypto'
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { attempts as attemptsTable, operations as operationsTable } from '../../store/schema.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { runsOf } from '../fixtures/run-facts.ts'
import { SWEEP_WORKFLOW_ID, type SweepInput, sweepStatusQuery } from '../../workflows/contract.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const NEVER = new Promise<never>(() => undefined)
const SHORT_BOUND: SweepInput = { olderThanMs: 1, intervalMs: 200 }

/** Hangs on the first call of each prompt, or on every call of one that says so. */
const provider = createScriptedProvider('first', async (request) => {
  const text = lastText(request)
  if (text.startsWith('hang') || (text.startsWith('hold') && calls(text) === 1)) await NEVER
  return 'answered'
})

function calls(text: string): number {
  return provider.requests.filter((request) => lastText(request) === text).length
}

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'first' }]),
    providers: { first: provider },
  })
})
afterAll(() => system.stop())

/** Starts a call, or starts it again under its id, and waits until the provider has it. */
async function callWhich(prompt: string): Promise<WorkflowHandle> {
  const before = calls(prompt)
  const handle = await system.client.workflow.start('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `call/test/${prompt}`,
    args: [{ prompt }],
  })
  await expect.poll(() => calls(prompt)).toBe(before + 1)
  return handle
}

/** Starts again from before the call was admitted; returns when the new run has called the provider. */
async function reset({ workflowId }: WorkflowHandle, prompt: string): Promise<void> {
  const { client, namespace } = system
  const handle = client.workflow.getHandle(workflowId)
  const { events } = await handle.fetchHistory()
  const firstDecision = events?.find(({ workflowTaskCompletedEventAttributes: completed }) => completed)
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId: (await handle.describe()).runId },
    reason: 'a test',
    requestId: randomUUID(),
    ...(firstDecision?.eventId ? { workflowTaskFinishEventId: firstDecision.eventId } : {}),
  })
  await expect.poll(() => calls(prompt)).toBe(2)
}

async function rowsOf(prompt: string) {
  const rows = await system.database.queries.select().from(attemptsTable).orderBy(attemptsTable.openedAt)
  return rows.filter(({ operationId }) => operationId === `call/test/${prompt}`)
}

async function statusesOf(prompt: string): Promise<readonly string[]> {
  return (await rowsOf(prompt)).map(({ status }) => status)
}

async function countOpen(): Promise<number> {
  const rows = await system.database.queries.select().from(attemptsTable)
  return rows.filter(({ status }) => status === 'open').length
}

describe('the sweeper', { timeout: 90_000 }, () => {
  test('closes what terminated and reset runs left open, and nothing else', async () => {
    const terminated = await callWhich('hang: terminated')
    const wasReset = await callWhich('hang: reset')
    const running = await callWhich('hang: running')
    const answered = await callWhich('answered at once')
    await answered.result()
    await terminated.terminate('a test')
    await reset(wasReset, 'hang: reset')
    expect(await countOpen()).toBe(4)

    const sweeper = await system.startSweep(SHORT_BOUND)
    await expect.poll(() => statusesOf('hang: terminated')).toEqual(['ambiguous'])
    await expect.poll(() => statusesOf('hang: reset')).toEqual(['ambiguous', 'open'])
    const { sweeps } = await sweeper.query(sweepStatusQuery)
    await expect.poll(async () => (await sweeper.query(sweepStatusQuery)).sweeps).toBeGreaterThan(sweeps + 2)

    expect(await statusesOf('hang: running')).toEqual(['open'])
    expect(await statusesOf('answered at once')).toEqual(['completed'])
    const [swept] = await rowsOf('hang: terminated')
    expect(swept).toMatchObject({
      costNanoUsd: swept?.reservedNanoUsd,
      failureKind: 'worker-lost',
      failure: { message: expect.stringContaining('swept: ') },
    })
    expect(await sweeper.query(sweepStatusQuery)).toMatchObject({
      closedInAll: 2,
      last: { examined: 2, closed: 0, undecided: 0 },
    })

    await running.cancel()
    await system.client.workflow.getHandle(wasReset.workflowId).cancel()
    await expect.poll(countOpen).toBe(0)
  })

  test('ends no operation, so that a request which was terminated can be made again', async () => {
    const prompt = 'hold: terminated and started again'
    await (await callWhich(prompt)).terminate('a test')
    await system.startSweep(SHORT_BOUND)
    await expect.poll(() => statusesOf(prompt)).toEqual(['ambiguous'])
    const operations = await system.database.queries.select().from(operationsTable)
    expect(operations.find(({ operationId }) => operationId.endsWith(prompt))).toMatchObject({
      status: 'open',
    })
    const result: unknown = await (await callWhich(prompt)).result()
    expect(result).toMatchObject({ answer: { content: { inline: 'answered' } } })
    expect(await statusesOf(prompt)).toEqual(['ambiguous', 'completed'])
  })

  test('closes what a workflow that Temporal has forgotten left open', async () => {
    const prompt = 'hang: forgotten'
    const { workflowId } = await callWhich(prompt)
    const { client, namespace } = system
    await client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } })
    await system.startSweep(SHORT_BOUND)
    await expect.poll(() => statusesOf(prompt)).toEqual(['ambiguous'])
  })

  test('runs once, however many orchestrators start it, and its history stays short', async () => {
    await (await system.startSweep({})).terminate('a test')
    const first = await system.startSweep({ intervalMs: 50, sweepsPerRun: 2 })
    const second = await system.startSweep({})
    expect((await second.describe()).workflowId).toBe(first.workflowId)
    await expect.poll(async () => (await second.query(sweepStatusQuery)).sweeps).toBeGreaterThan(4)
    const runs = await runsOf(system.client, SWEEP_WORKFLOW_ID)
    expect(runs.length).toBeGreaterThan(2)
    expect(Math.max(...runs.map(({ events }) => events))).toBeLessThan(40)
  })

  test('refuses wrong input at once and says where it is wrong', async () => {
    const wrong = system.client.workflow.execute('sweep', {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId: 'maintenance/wrong',
      args: [{ olderThanSeconds: 60, intervalMs: 0 }],
    })
    const error: unknown = await wrong.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(WorkflowFailedError)
    expect(error).toMatchObject({
      cause: {
        type: 'InvalidInput',
        message: expect.stringMatching(
          /olderThanSeconds: is not known here.*intervalMs: must be a whole number/,
        ),
      },
    })
  })
})
