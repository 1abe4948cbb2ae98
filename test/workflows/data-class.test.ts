import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createScriptedProvider, lastText, type ScriptedProvider } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import type { CallResult } from '../../domain/call-result.ts'
import { failureOf } from '../fixtures/failure-of.ts'
import { operations } from '../../store/schema.ts'
import type { ProviderRequest } from '../../providers/model-provider.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { randomUUID } from 'node:crypto'
import { replayDecision } from '../../domain/routing/replay-decision.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { TaskResult } from '../../domain/plan/task-progress.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const PLAN = {
  subtasks: ['s1', 's2', 's3'].map((id) => ({
    id,
    title: id,
    action: `Do ${id}`,
    type: 'analysis',
    dependsOn: [],
  })),
}

/** Plans, works and puts together; the house refuses what says so. */
function createWorker(name: string): ScriptedProvider {
  return createScriptedProvider(name, (request) => {
    if (request.responseFormat?.type === 'json-schema') return JSON.stringify(PLAN)
    if (name === 'house' && lastText(request).includes('not in the house')) {
      return new ProviderError('bad-request', 'not like this')
    }
    return `done by ${name}`
  })
}

const providers = {
  cloud: createWorker('cloud'),
  private: createWorker('private'),
  house: createWorker('house'),
  annex: createWorker('annex'),
}

let system: Orchestration

beforeAll(async () => {
  const catalog = testCatalog([
    { name: 'cloud' },
    { name: 'private', endpoint: { deployment: 'private-cloud' } },
    { name: 'house', endpoint: { deployment: 'on-premise' } },
    { name: 'annex', endpoint: { deployment: 'on-premise' } },
  ])
  const tenants = { bank: { dataClass: 'confidential' } } as const
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: { ...catalog, tenants },
    providers,
  })
})
afterAll(() => system.stop())

async function run<Result>(type: 'modelCall' | 'taskRun', input: object): Promise<Result> {
  const handle = await system.client.workflow.start(type, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `${type}/${randomUUID()}`,
    args: [input],
  })
  const result: Result = await handle.result()
  return result
}

/** Every request that the provider got and that holds this word. */
function requestsOf({ requests }: ScriptedProvider, word: string): readonly ProviderRequest[] {
  return requests.filter((request) => JSON.stringify(request.messages).includes(word))
}

function countsOf(word: string): Readonly<Record<string, number>> {
  const counts = Object.entries(providers).map(
    ([name, provider]) => [name, requestsOf(provider, word).length] as const,
  )
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

describe('no step of a task leaves for where its content may not go', () => {
  test('with confidential content: planning, parts and synthesis stay in the house', async () => {
    const task = { task: 'Compare the zebras', dataClass: 'confidential' }
    const result = await run<TaskResult>('taskRun', task)
    expect(result).toMatchObject({ phase: 'completed', planSource: 'model' })
    expect(countsOf('zebras')).toEqual({ house: 5 })
  })

  test('with content that is confidential because its tenant says so', async () => {
    await run<TaskResult>('taskRun', { task: 'Compare the yaks', tenant: 'bank' })
    expect(countsOf('yaks')).toEqual({ house: 5 })
  })

  test('with internal content: it may go to the private cloud', async () => {
    await run<TaskResult>('taskRun', { task: 'Compare the whales', dataClass: 'internal' })
    expect(countsOf('whales')).toEqual({ private: 5 })
  })

  test('with public content: it may go anywhere', async () => {
    await run<TaskResult>('taskRun', { task: 'Compare the voles', dataClass: 'public', tenant: 'bank' })
    expect(countsOf('voles')).toEqual({ cloud: 5 })
  })
})

describe('a call', () => {
  test('falls back to models only that may take its content', async () => {
    const prompt = 'The unicorns are not in the house'
    const result = await run<CallResult>('modelCall', {
      prompt,
      dataClass: 'restricted',
      maxOutputTokens: 50,
    })
    expect(result.attempts.map(({ model }) => model)).toEqual(['house', 'annex'])
    expect(countsOf('unicorns')).toEqual({ house: 1, annex: 1 })
  })

  test('that asks for a model which may not take its content is refused with the reason', async () => {
    const refused = run('modelCall', { prompt: 'The tapirs', dataClass: 'internal', model: 'cloud' })
    const { message } = await failureOf(refused)
    expect(message).toContain('cloud may not take internal content: its endpoint cloud is for public')
    expect(countsOf('tapirs')).toEqual({})
  })

  test('tells providers nothing of its data class, its difficulty and its weights', async () => {
    const wishes = {
      dataClass: 'public',
      complexity: 'complex',
      weights: { cost: 1, latency: 0, quality: 0 },
    }
    await run('modelCall', { prompt: 'The swallows', ...wishes, priority: 1, target: 'cost' })
    const [request] = requestsOf(providers.cloud, 'swallows')
    expect(Object.keys(request ?? {}).toSorted()).toEqual(
      ['attemptId', 'maxOutputTokens', 'messages', 'providerModel', 'temperature'].toSorted(),
    )
  })

  test.each([
    [{ dataClass: 'secret' }, 'dataClass: must be one of public, internal, confidential, restricted'],
    [{ complexity: 'hard' }, 'complexity: must be one of simple, complex, very-complex'],
    [{ weights: { cost: 0, latency: 0, quality: 0 } }, 'weights: must not all be 0'],
    [{ weights: { cost: -1, latency: 0, quality: 1 } }, 'weights.cost: must be a number of at least 0'],
    [{ priority: 0 }, 'priority: must be one of 1, 2, 3, 4, 5'],
  ])('with %j is refused with the place', async (wishes, problem) => {
    const { message } = await failureOf(run('modelCall', { prompt: 'x', ...wishes }))
    expect(message).toContain(problem)
    expect((await failureOf(run('taskRun', { task: 'x', ...wishes }))).message).toContain(problem)
  })
})

test('every decision that was stored comes out the same again', async () => {
  const rows = await system.database.queries.select().from(operations)
  expect(rows.length).toBeGreaterThanOrEqual(22)
  for (const row of rows) expect(replayDecision(row)).toMatchObject({ isSame: true, differences: [] })
})
