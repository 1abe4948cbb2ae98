import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, PATIENT, type Rig, startRig } from './rig.ts'
import { createBudgetStore } from '../../../store/budgets/budgets.ts'
import { decideApprovalUpdate } from '../../../workflows/contract.ts'
import { failureOf } from '../../fixtures/failure-of.ts'
import { operations as operationsTable } from '../../../store/schema.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.system.stop())

describe('a call of several legs', PATIENT, () => {
  test('gives the stored answer when it comes again, and asks nobody', async () => {
    const id = newId()
    const prompt = `a=fail; b=say once; ${id}`
    const before = await rig.call(prompt, { kind: 'race' }, id)
    const after = await rig.call(prompt, { kind: 'race' }, id)
    expect(after).toEqual(before)
    expect([rig.asked('a', prompt), rig.asked('b', prompt)]).toEqual([1, 1])
  })

  test('refuses another strategy under the same id', async () => {
    const id = newId()
    await rig.call('x', { kind: 'race' }, id)
    expect(await rig.refusalOf('x', { kind: 'consensus' }, id)).toMatchObject({ kind: 'conflict' })
  })

  test('leaves one operation with its end, above those of its legs', async () => {
    const id = newId()
    await rig.call('x', { kind: 'race' }, id)
    const rows = await rig.system.database.queries.select().from(operationsTable)
    const ours = rows.filter(({ operationId }) => operationId.startsWith(id))
    expect(ours.find(({ operationId }) => operationId === id)).toMatchObject({
      kind: 'call',
      status: 'completed',
      taskId: null,
    })
    expect(ours.filter(({ kind, taskId }) => kind === 'leg' && taskId === id)).toHaveLength(2)
    expect(ours.filter(({ status }) => status === 'open')).toEqual([])
  })

  test('shows its legs in the details of the workflow', async () => {
    const id = newId()
    const handle = await rig.start(`a=hang; b=hang; ${id}`, { kind: 'race' }, id)
    await expect
      .poll(() => rig.system.client.workflow.getHandle(id).query<string>('__temporal_workflow_metadata'), {
        timeout: 30_000,
      })
      .toMatchObject({ currentDetails: expect.stringContaining('| 1 | a | 2026-01-01 | calling |') })
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('cancelled')
  })

  test.each([
    [{ kind: 'vote' }, 'strategy.kind'],
    [{ kind: 'race', copies: 1 }, 'strategy.copies'],
    [{ kind: 'race', copies: 2, models: ['a', 'b'] }, 'must have either copies or models'],
    [{ kind: 'consensus', copies: 3, agree: 4 }, 'wants 4 legs to agree, but asks 3'],
    [{ kind: 'hedge', models: ['a', 'b'] }, 'strategy.models'],
  ])('with the strategy %j is refused with the place of what is wrong', async (strategy, message) => {
    const failure = await failureOf(
      rig.system.client.workflow.execute('modelCall', {
        taskQueue: TASK_QUEUES.orchestrator,
        workflowId: newId(),
        args: [{ prompt: 'x', strategy }],
      }),
    )
    expect(failure.type).toBe('InvalidInput')
    expect(failure.message).toContain(message)
  })
})

describe('the legs of a call', { timeout: 90_000 }, () => {
  test('ask about their budgets one by one, while the others go on', async () => {
    const id = newId()
    // One worst case fits: 200 output tokens at 5,000 nano-dollars and the prompt.
    const budget = { tenant: 'tight', window: 'day', capNanoUsd: 1_500_000, whenSpent: 'ask' } as const
    await createBudgetStore(rig.system.database).set(budget, Date.now())
    const handle = await rig.start('a=hang; b=say approved;', { kind: 'race' }, id, { tenant: 'tight' })
    const decision = { approvalId: 'budget/leg-2', decision: 'approve', by: 'ada' } as const
    const decide = () => handle.executeUpdate(decideApprovalUpdate, { args: [decision] })
    await expect
      .poll(
        () =>
          decide().then(
            ({ phase }) => phase,
            () => 'not asked yet',
          ),
        { timeout: 60_000 },
      )
      .toBe('decided')
    expect(await handle.result()).toMatchObject({ model: 'b', answer: { content: { inline: 'approved' } } })
    expect((await rig.rowsOf(id)).map(({ status }) => status)).toEqual(['ambiguous', 'completed'])
  })

  test('that a terminated workflow left open are swept', async () => {
    const id = newId()
    const prompt = `a=hang; b=hang; ${id}`
    const handle = await rig.start(prompt, { kind: 'race' }, id)
    await expect.poll(() => rig.asked('a', prompt) + rig.asked('b', prompt), { timeout: 30_000 }).toBe(2)
    await handle.terminate('a test')
    await rig.system.startSweep({ olderThanMs: 100, intervalMs: 200 })
    await expect
      .poll(async () => (await rig.rowsOf(id)).map(({ status }) => status), { timeout: 60_000 })
      .toEqual(['ambiguous', 'ambiguous'])
  })
})
