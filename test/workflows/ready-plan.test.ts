import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { randomUUID } from 'node:crypto'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import type { TaskResult } from '../../domain/plan/task-progress.ts'
import type { WorkflowHandle } from '@temporalio/client'

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model: createScriptedProvider('model', () => 'done') },
  })
})
afterAll(() => system.stop())

const PLAN = { subtasks: ['a', 'b', 'c'].map((id) => ({ id, action: `do ${id}` })) }

async function run(input: object): Promise<WorkflowHandle> {
  const handle = await system.client.workflow.start('taskRun', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `task/test/${randomUUID()}`,
    args: [{ task: 'ready', plan: PLAN, ...input }],
  })
  const result: TaskResult = await handle.result()
  expect(result.phase).toBe('completed')
  return handle
}

/** The local activities of a run, in their order. */
async function localActivities(handle: WorkflowHandle): Promise<readonly string[]> {
  const { events } = await handle.fetchHistory()
  return (events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) => {
    const data = marker?.details?.['data']?.payloads?.[0]?.data
    const name = /"activity_type":"(\w+)"/.exec(Buffer.from(data ?? []).toString('utf8'))?.[1]
    return name === undefined ? [] : [name]
  })
}

describe('a task with a ready plan', () => {
  test('looks up nothing about planning and synthesis when it needs neither', async () => {
    const names = await localActivities(await run({ synthesis: 'none' }))
    expect(names.slice(0, 2)).toEqual(['admitCalls', 'settleCalls'])
    expect(names).not.toContain('loadTaskProfile')
  })

  test('looks up how to ask for an answer when one is put together', async () => {
    expect(await localActivities(await run({}))).toContain('loadTaskProfile')
  })

  test('shows its end in the Temporal UI', async () => {
    const handle = await run({ synthesis: 'none' })
    const { currentDetails } = await handle.query<{ readonly currentDetails: string }>(
      '__temporal_workflow_metadata',
    )
    expect(currentDetails).toContain(': completed**')
    expect(currentDetails).toContain('3 subtasks: 3 completed')
  })
})
