import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import type { Switchyard } from '../../client/switchyard.ts'
import { errorOf, HOUR_MS, startOneModel } from './one-model.ts'
import { InvalidRequestError, TaskFailedError } from '../../client/errors.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { TaskEvent } from '../../domain/plan/task-progress.ts'

const model = createScriptedProvider('model', async (request) => {
  const text = lastText(request)
  if (text.includes('action:fail')) return new ProviderError('bad-request', 'cannot do this')
  if (text.includes('action:hang')) await new Promise((resolve) => setTimeout(resolve, HOUR_MS).unref())
  if (text.includes('action:slow')) await new Promise((resolve) => setTimeout(resolve, 300))
  return 'an answer'
})

let switchyard: Switchyard
let stop: () => Promise<void>

beforeAll(async () => {
  const started = await startOneModel(model)
  ;({ switchyard, stop } = started)
})
afterAll(() => stop())

const planOf = (...actions: readonly string[]) => ({
  subtasks: actions.map((action, index) => ({ id: `s${index + 1}`, action })),
})

describe('a task', () => {
  test('gives its answer, its outputs and what it cost', async () => {
    const outcome = await switchyard.runTask(
      { task: 'Do both', plan: planOf('one', 'two') },
      { taskId: 'both' },
    )
    expect(outcome).toMatchObject({
      taskId: 'both',
      workflowId: 'task/default/both',
      phase: 'completed',
      planSource: 'caller',
      answer: 'an answer',
      outputs: { s1: 'an answer', s2: 'an answer' },
      totals: { subtasks: 2, attempts: 3 },
    })
    expect(outcome.totals.costNanoUsd).toBeGreaterThan(0)
  })

  test('started again with the same body is the same task', async () => {
    const taskId = randomUUID()
    const input = { task: 'Do one', plan: planOf('one') }
    const first = await switchyard.runTask(input, { taskId })
    const again = await switchyard.startTask(input, { taskId })
    expect(again.isNew).toBe(false)
    expect(await again.result()).toEqual(first)
  })

  test('that is over cannot be cancelled, and says so', async () => {
    const handle = await switchyard.startTask({ task: 'Do one', plan: planOf('one') })
    await handle.result()
    await expect(handle.cancel()).rejects.toMatchObject({
      name: 'OperationRefusedError',
      message: expect.stringContaining('is over: completed'),
    })
  })

  test('tells every transition, from the beginning to the end', async () => {
    const handle = await switchyard.startTask({ task: 'Do both', plan: planOf('one action:slow', 'two') })
    const events: TaskEvent[] = []
    for await (const event of handle.events()) events.push(event)
    const phases = events.flatMap((event) => (event.type === 'phase-changed' ? [event.phase] : []))
    expect(phases).toContain('executing')
    expect(phases.at(-1)).toBe('completed')
    const ended = events.flatMap((event) =>
      event.type === 'subtask-changed' && event.subtask.phase === 'completed' ? [event.subtask.id] : [],
    )
    expect([...new Set(ended)].toSorted()).toEqual(['s1', 's2'])
  })

  test('that is over still tells how it ended', async () => {
    const { taskId } = await switchyard.runTask({ task: 'Do one', plan: planOf('one') })
    const events: TaskEvent[] = []
    for await (const event of switchyard.task(taskId).events()) events.push(event)
    expect(events.at(-1)).toMatchObject({ type: 'phase-changed', phase: 'completed' })
  })

  test('shows its progress to anybody who knows its id', async () => {
    const handle = await switchyard.startTask({ task: 'Do one', plan: planOf('one action:hang') })
    await expect
      .poll(async () => (await switchyard.status(handle.taskId)).subtasks.map(({ phase }) => phase))
      .toEqual(['running'])
    await switchyard.cancel(handle.taskId)
    const error = await errorOf(handle.result())
    expect(error).toBeInstanceOf(TaskFailedError)
    expect(error).toMatchObject({ progress: { phase: 'cancelled', taskId: handle.taskId } })
  })

  test('of which nothing succeeds fails with the reasons', async () => {
    const error = await errorOf(switchyard.runTask({ task: 'Do it', plan: planOf('action:fail') }))
    if (!(error instanceof TaskFailedError)) throw new Error(`unexpected ${String(error)}`)
    expect(error.message).toContain('cannot do this')
    expect(error.outcome).toMatchObject({ phase: 'failed', totals: { attempts: 1 } })
  })

  test('with an unsound plan is refused before it is sent, naming what is wrong', async () => {
    const plan = { subtasks: [{ id: 's1', action: 'one', dependsOn: ['s9'] }] }
    const error = await errorOf(switchyard.runTask({ task: 'Do it', plan }))
    expect(error).toBeInstanceOf(InvalidRequestError)
    expect(String(error)).toContain('s9')
  })

  test('that nobody started is not there', async () => {
    const error = await errorOf(switchyard.status('never-started'))
    expect(error).toMatchObject({ name: 'OperationRefusedError' })
    expect(String(error)).toContain('task/default/never-started')
  })
})

describe('an approval', () => {
  const start = () =>
    switchyard.startTask({ task: 'Do one', plan: planOf('one'), approval: { deadlineMs: 60_000 } })

  async function startPending() {
    const handle = await start()
    await expect.poll(async () => (await handle.progress()).approvals.length).toBe(1)
    return handle
  }

  test('lets the task go on', async () => {
    const handle = await startPending()
    const decided = await switchyard.approve(handle.taskId, { by: 'ada', comment: 'fine' })
    expect(decided).toMatchObject({ id: 'plan', phase: 'decided', decision: 'approve', by: 'ada' })
    expect((await handle.result()).phase).toBe('completed')
  })

  test('that is refused ends the task', async () => {
    const handle = await startPending()
    await switchyard.reject(handle.taskId, { approvalId: 'plan', by: 'ada' })
    expect(await errorOf(handle.result())).toMatchObject({
      name: 'TaskFailedError',
      outcome: { phase: 'rejected' },
    })
  })

  test('nobody asked for is refused, saying what is pending', async () => {
    const handle = await startPending()
    const error = await errorOf(handle.approve({ approvalId: 'subtask/s9', by: 'ada' }))
    expect(error).toMatchObject({ name: 'OperationRefusedError' })
    expect(String(error)).toContain('plan')
    await handle.cancel()
  })
})
