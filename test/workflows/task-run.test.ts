import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { failureOf } from '../fixtures/failure-of.ts'
import { attempts as attemptsTable } from '../../store/schema.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { decideApprovalUpdate, progressQuery, type TaskRunInput } from '../../workflows/contract.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { ProviderRequest } from '../../providers/model-provider.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { TaskProgress, TaskResult } from '../../domain/plan/task-progress.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const HOUR_MS = 3_600_000

const GOOD_PLAN = {
  subtasks: [
    { id: 's1', title: 'Collect', action: 'Collect the facts', type: 'extraction', dependsOn: [] },
    { id: 's2', title: 'Weigh', action: 'Weigh the costs', type: 'analysis', dependsOn: [] },
    { id: 's3', title: 'Judge', action: 'Judge both', type: 'reasoning', dependsOn: ['s1', 's2'] },
  ],
}
const CYCLE_PLAN = {
  subtasks: GOOD_PLAN.subtasks.map((subtask) =>
    subtask.id === 's1' ? { ...subtask, dependsOn: ['s3'] } : subtask,
  ),
}

/** Plans, works and puts together, as the task's text asks for. */
const model = createScriptedProvider('model', async (request) => {
  const text = wholeText(request)
  if (request.responseFormat?.type === 'json-schema') {
    if (text.includes('plan:never')) return 'I would rather not.'
    const isFirstTry = !text.includes('could not be used')
    return JSON.stringify(text.includes('plan:cycle-first') && isFirstTry ? CYCLE_PLAN : GOOD_PLAN)
  }
  if (text.includes('the results of its parts')) {
    return { content: 'the whole answer [s1]', finishReason: text.includes('answer:cut') ? 'length' : 'stop' }
  }
  if (text.includes('action:fail')) return new ProviderError('bad-request', 'cannot do this')
  if (text.includes('action:hang')) await new Promise((resolve) => setTimeout(resolve, HOUR_MS).unref())
  if (text.includes('action:slow')) await new Promise((resolve) => setTimeout(resolve, 300))
  return `done: ${lastText(request).slice(-60)}`
})

function wholeText(request: ProviderRequest): string {
  return request.messages
    .flatMap(({ parts }) => parts)
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
}

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model },
  })
})
afterAll(() => system.stop())

type LooseInput = Omit<TaskRunInput, 'task' | 'plan'> & { readonly task: string; readonly plan?: unknown }

function start(input: LooseInput, workflowId = `task/test/${randomUUID()}`) {
  return system.client.workflow.start('taskRun', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId,
    args: [input],
    workflowTaskTimeout: '10s',
  })
}

async function run(input: LooseInput): Promise<TaskResult> {
  const result: TaskResult = await (await start(input)).result()
  return result
}

function phases({ subtasks }: TaskProgress): Record<string, string> {
  return Object.fromEntries(subtasks.map(({ id, phase }) => [id, phase]))
}

const planOf = (...subtasks: readonly object[]) => ({ subtasks })
const step = (id: string, action: string, dependsOn: readonly string[] = []) => ({ id, action, dependsOn })

describe('a task', () => {
  test('is split by the model, run, and put together into one answer', async () => {
    const result = await run({ task: 'Compare two things' })
    expect(result).toMatchObject({ phase: 'completed', planSource: 'model', notes: [] })
    expect(phases(result)).toEqual({ s1: 'completed', s2: 'completed', s3: 'completed' })
    expect(result.answer).toEqual({ inline: 'the whole answer [s1]' })
  })

  test('says so when its answer was cut at the output limit', async () => {
    const result = await run({ task: 'answer:cut' })
    expect(result.phase).toBe('completed')
    expect(result.notes).toEqual(['The answer was cut at the output limit of model.'])
  })

  test('hands the results of dependencies to what depends on them', async () => {
    const task = `Compare ${randomUUID()}`
    await run({ task })
    const judged = model.requests.find((request) => {
      const text = wholeText(request)
      return text.includes(task) && text.includes('Judge both') && text.includes('[s1]')
    })
    expect(judged === undefined ? '' : wholeText(judged)).toContain('done: ')
  })

  test('books every step under the task, so that its cost adds up', async () => {
    const handle = await start({ task: 'Compare two things' })
    const result: TaskResult = await handle.result()
    const rows = await system.database.queries.select().from(attemptsTable)
    const own = rows.filter(({ operationId }) => operationId.startsWith(handle.workflowId))
    expect(own.map(({ operationId }) => operationId.slice(handle.workflowId.length)).toSorted()).toEqual([
      '/plan/1',
      '/subtask/s1',
      '/subtask/s2',
      '/subtask/s3',
      '/synthesis/1',
    ])
    const steps = [result.planning, ...result.subtasks, result.synthesis]
    const total = steps.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0)
    expect(total).toBe(own.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0))
  })

  test('tells the model what is wrong with its plan and takes the better one', async () => {
    const result = await run({ task: 'plan:cycle-first' })
    expect(result.planSource).toBe('model')
    expect(result.notes).toHaveLength(1)
    expect(result.notes[0]).toContain('s1')
  })

  test('runs as a single subtask after three useless plans, and says so', async () => {
    const result = await run({ task: 'plan:never' })
    expect(result.planSource).toBe('single')
    expect(result.subtasks).toHaveLength(1)
    expect(result.notes.at(-1)).toContain('single subtask')
    expect(result.planning.attempts).toBe(3)
  })

  test('ends as partial when a subtask fails for good; only what depends on it is skipped', async () => {
    const plan = planOf(
      step('a', 'action:fail'),
      step('b', 'fine'),
      step('c', 'after a', ['a']),
      step('d', 'x', ['b']),
    )
    const result = await run({ task: 'partial', plan })
    expect(result.phase).toBe('partial')
    expect(phases(result)).toEqual({ a: 'failed', b: 'completed', c: 'skipped', d: 'completed' })
    expect(result.subtasks[2]?.reason).toContain('a did not complete')
    expect(result.answer).toBeDefined()
  })

  test('fails when no subtask completes, with every reason in the details', async () => {
    const failure = await failureOf(run({ task: 'all fail', plan: planOf(step('a', 'action:fail')) }))
    expect(failure.type).toBe('TaskFailed')
    expect(failure.message).toContain('cannot do this')
  })

  test('starts a subtask as soon as its own dependencies are done, not when a wave is', async () => {
    const plan = planOf(
      step('fast', 'quick'),
      step('slow', 'action:hang'),
      step('next', 'quick too', ['fast']),
    )
    const handle = await start({ task: 'no waves', plan, synthesis: 'none' })
    await expect
      .poll(async () => phases(await handle.query(progressQuery)))
      .toEqual({ fast: 'completed', slow: 'running', next: 'completed' })
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('cancelled')
  })

  test('stops what runs and settles it when it is cancelled', async () => {
    const plan = planOf(step('a', 'action:hang'), step('b', 'after', ['a']))
    const handle = await start({ task: 'to be cancelled', plan })
    await expect.poll(async () => phases(await handle.query(progressQuery))).toMatchObject({ a: 'running' })
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('cancelled')
    const rows = await system.database.queries.select().from(attemptsTable)
    expect(rows.filter(({ operationId }) => operationId.startsWith(handle.workflowId))).toMatchObject([
      { status: 'ambiguous', failureKind: 'cancelled' },
    ])
  })

  test('puts together what is done by its deadline', async () => {
    const plan = planOf(step('a', 'quick'), step('b', 'action:hang'))
    const result = await run({ task: 'deadline', plan, deadlineMs: 1500 })
    expect(result.phase).toBe('partial')
    expect(phases(result)).toEqual({ a: 'completed', b: 'cancelled' })
  })

  test('refuses a plan that cannot run, and says all that is wrong with it', async () => {
    const plan = planOf(step('a', 'x', ['b']), step('b', 'y', ['a']), step('c', 'z', ['nowhere']))
    const failure = await failureOf(run({ task: 'bad plan', plan }))
    expect(failure.type).toBe('InvalidInput')
    expect(failure.message).toContain('nowhere')
    expect(failure.message).toMatch(/a -> b -> a|b -> a -> b/)
  })

  test('refuses wrong input at once and says where it is wrong', async () => {
    const failure = await failureOf(run({ task: '', parallelism: 0 }))
    expect(failure.type).toBe('InvalidInput')
    expect(failure.message).toContain('task')
    expect(failure.message).toContain('parallelism')
  })
})

describe('approvals', () => {
  const approve = { decision: 'approve', by: 'ada' } as const
  const reject = { decision: 'reject', by: 'bob', comment: 'too dear' } as const

  async function pending(handle: Awaited<ReturnType<typeof start>>): Promise<readonly string[]> {
    const { approvals } = await handle.query(progressQuery)
    return approvals.filter(({ phase }) => phase === 'pending').map(({ id }) => id)
  }

  test('hold the plan until a person says yes', async () => {
    const handle = await start({ task: 'ask me', approval: {} })
    await expect.poll(() => pending(handle)).toEqual(['plan'])
    expect((await handle.query(progressQuery)).phase).toBe('awaiting-approval')
    await handle.executeUpdate(decideApprovalUpdate, { args: [approve] })
    const result: TaskResult = await handle.result()
    expect(result.phase).toBe('completed')
  })

  test('end the task as rejected when a person says no', async () => {
    const handle = await start({ task: 'ask me', approval: {} })
    await expect.poll(() => pending(handle)).toEqual(['plan'])
    await handle.executeUpdate(decideApprovalUpdate, { args: [reject] })
    const result: TaskResult = await handle.result()
    expect(result.phase).toBe('rejected')
    expect(result.notes.at(-1)).toContain('bob: too dear')
  })

  test('take their default at the deadline', async () => {
    const result = await run({ task: 'nobody there', approval: { deadlineMs: 300, onDeadline: 'approve' } })
    expect(result.phase).toBe('completed')
    expect(result.approvals).toMatchObject([{ phase: 'decided', by: 'deadline' }])
  })

  test('of subtasks are answered in any order while others run, each by its own id', async () => {
    const gated = (id: string) => ({ ...step(id, `do ${id}`), requiresApproval: true })
    const plan = planOf(
      gated('a'),
      gated('b'),
      gated('c'),
      step('d', 'action:slow'),
      step('e', 'after b', ['b']),
    )
    const handle = await start({ task: 'several', plan, synthesis: 'none' })
    await expect.poll(() => pending(handle)).toEqual(['subtask/a', 'subtask/b', 'subtask/c'])
    const decide = (approvalId: string | undefined, verdict: typeof approve | typeof reject) =>
      handle.executeUpdate(decideApprovalUpdate, {
        args: [{ ...verdict, ...(approvalId === undefined ? {} : { approvalId }) }],
      })
    expect((await failureOf(decide(undefined, approve))).message).toContain('subtask/a, subtask/b, subtask/c')
    expect((await failureOf(decide('subtask/x', approve))).message).toContain('there is no approval')
    await decide('subtask/c', approve)
    await decide('subtask/b', reject)
    expect(await decide('subtask/b', reject)).toMatchObject({ decision: 'reject', by: 'bob' })
    expect((await failureOf(decide('subtask/b', approve))).message).toContain('was rejected by bob')
    await decide('subtask/a', approve)
    const result: TaskResult = await handle.result()
    expect(phases(result)).toEqual({
      a: 'completed',
      b: 'skipped',
      c: 'completed',
      d: 'completed',
      e: 'skipped',
    })
  })

  test('refuse an answer when nothing is pending', async () => {
    const handle = await start({ task: 'nothing to ask', plan: planOf(step('a', 'action:hang')) })
    const failure = await failureOf(handle.executeUpdate(decideApprovalUpdate, { args: [approve] }))
    expect(failure.message).toBe('no approval is pending')
    await handle.cancel()
  })
})
