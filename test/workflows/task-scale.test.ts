import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { runsOf, type RunFacts } from '../fixtures/run-facts.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { TaskResult } from '../../domain/plan/task-progress.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const MEBIBYTE = 1024 * 1024

const model = createScriptedProvider('model', (request) => ({
  // Long enough to travel by reference.
  content: `answer to ${request.attemptId} ${'lorem ipsum '.repeat(200)}`,
}))

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model },
  })
})
afterAll(() => system.stop())

async function run(
  input: object,
): Promise<{ readonly result: TaskResult; readonly runs: readonly RunFacts[] }> {
  const handle = await system.client.workflow.start('taskRun', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `task/test/${randomUUID()}`,
    args: [{ ...input, synthesis: 'none' }],
    workflowTaskTimeout: '10s',
  })
  const result: TaskResult = await handle.result()
  return { result, runs: await runsOf(system.client, handle.workflowId) }
}

function requestsOf(taskId: string): readonly string[] {
  return model.requests.map(({ attemptId }) => attemptId).filter((id) => id.startsWith(`${taskId}/`))
}

describe('a large task', () => {
  test('of 1,000 subtasks goes on in new runs, and loses or repeats none', { timeout: 180_000 }, async () => {
    const subtasks = Array.from({ length: 1000 }, (_, index) => ({
      id: `s${index}`,
      action: `Do part ${index}`,
      // Chains of ten, so that dependencies cross from one run to the next.
      dependsOn: index % 10 === 0 ? [] : [`s${index - 1}`],
    }))
    const { result, runs } = await run({ task: 'many parts', plan: { subtasks } })
    expect(result.phase).toBe('completed')
    expect(new Set(requestsOf(result.taskId)).size).toBe(1000)
    expect(requestsOf(result.taskId)).toHaveLength(1000)
    expect(runs.length).toBeGreaterThan(1)
    for (const { events } of runs) expect(events).toBeLessThan(10_000)
  })

  test('of 100 calls over 200,000 tokens each keeps its history small', { timeout: 180_000 }, async () => {
    const context = await system.contents.put('seven bytes of text. '.repeat(40_000))
    const subtasks = Array.from({ length: 100 }, (_, index) => ({
      id: `turn${index}`,
      action: `Turn ${index}`,
      // Each turn sees all turns before it, as in a conversation.
      dependsOn: Array.from({ length: index }, (_unused, before) => `turn${before}`),
    }))
    const { result, runs } = await run({ task: 'a long talk', context, plan: { subtasks } })
    expect(result.phase).toBe('completed')
    expect(requestsOf(result.taskId)).toHaveLength(100)
    const bytes = runs.reduce((sum, { historyBytes }) => sum + historyBytes, 0)
    expect(bytes).toBeLessThan(5 * MEBIBYTE)
  })
})
