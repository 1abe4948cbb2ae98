import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { failureOf } from '../fixtures/failure-of.ts'
import { attempts as attemptsTable, budgetWindows, operations } from '../../store/schema.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { type WorkflowHandle } from '@temporalio/client'
import type { BudgetSetting } from '../../domain/budget/budget.ts'
import type { CallResult } from '../../domain/call-result.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { decideApprovalUpdate, progressQuery } from '../../workflows/contract.ts'
import { eq } from 'drizzle-orm'
import { nanoUsd } from '../../domain/money.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { randomUUID } from 'node:crypto'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { TaskResult } from '../../domain/plan/task-progress.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

/** More than any call of these tests may cost. */
const PLENTY = nanoUsd(1)
/** Less than any call of these tests may cost. */
const NOT_ENOUGH = 1

const model = createScriptedProvider('model', (request) =>
  lastText(request).includes('fail') ? new ProviderError('bad-request', 'not like this') : 'an answer',
)
const fallback = createScriptedProvider('fallback', () => 'from the fallback')

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([
      { name: 'model' },
      {
        name: 'fallback',
        version: { price: { version: 'dear', input: { base: 1e12 }, output: { base: 5e12 } } },
      },
    ]),
    providers: { model, fallback },
    // Here the ledger alone decides what a budget has room for: routing would leave out what is too dear.
    facts: async () => ({}),
  })
})
afterAll(() => system.stop())

const setBudget = (setting: Omit<BudgetSetting, 'window'>) =>
  createBudgetStore(system.database).set({ window: 'day', ...setting }, Date.now())

async function start(tenant: string, input: object, type = 'modelCall') {
  return system.client.workflow.start(type, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `${type}/${tenant}/${randomUUID()}`,
    args: [{ tenant, ...input }],
  })
}

/** What the windows of a tenant's budgets hold. */
async function heldBy(tenant: string) {
  const rows = await system.database.queries.select().from(budgetWindows)
  return rows
    .filter(({ budgetId }) => budgetId.endsWith(`/${tenant}`))
    .map(({ spentNanoUsd, reservedNanoUsd }) => ({ spentNanoUsd, reservedNanoUsd }))
}

/** Resolves once an admission of this tenant has been refused: its window is there then. */
async function askedOnce(tenant: string): Promise<void> {
  await expect.poll(() => heldBy(tenant)).toHaveLength(1)
}

async function timersOf(handle: WorkflowHandle): Promise<number> {
  const { events } = await handle.fetchHistory()
  return (events ?? []).filter((event) => event.timerStartedEventAttributes).length
}

describe('a call within its budget', () => {
  test('is booked to it', async () => {
    await setBudget({ tenant: 'within', capNanoUsd: PLENTY })
    const result: CallResult = await (await start('within', { prompt: 'hello' })).result()
    expect(await heldBy('within')).toEqual([{ spentNanoUsd: result.costNanoUsd, reservedNanoUsd: 0 }])
  })

  test('that is refused leaves nothing reserved', async () => {
    await setBudget({ tenant: 'failing', capNanoUsd: PLENTY })
    await failureOf((await start('failing', { prompt: 'fail', model: 'model' })).result())
    expect(await heldBy('failing')).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 0 }])
  })
})

describe('a call over a budget that rejects', () => {
  test('is refused, calls nobody, and says what is left of which budget and when it resets', async () => {
    await setBudget({ tenant: 'rejects', capNanoUsd: NOT_ENOUGH })
    const before = model.requests.length
    const failure = await failureOf((await start('rejects', { prompt: 'hello' })).result())
    expect(failure.type).toBe('CallRefused')
    expect(failure.message).toMatch(/^needs \$0\.\d+ at most, .* the day's budget of tenant rejects/)
    expect(failure.details?.[0]).toMatchObject({ kind: 'over-budget', attempts: [], costNanoUsd: 0 })
    expect(model.requests).toHaveLength(before)
  })

  test('ends with what was tried when only the fallback is too dear', async () => {
    await setBudget({ tenant: 'half', capNanoUsd: nanoUsd(0.01) })
    const failure = await failureOf((await start('half', { prompt: 'fail' })).result())
    expect(failure.message).toMatch(/bad-request .*; then needs \$/)
    expect(failure.details?.[0]).toMatchObject({ kind: 'over-budget', attempts: [{ model: 'model' }] })
    const rows = await system.database.queries.select().from(operations).where(eq(operations.tenant, 'half'))
    expect(rows).toMatchObject([{ status: 'failed' }])
    expect(await heldBy('half')).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 0 }])
  })
})

describe('a call over a budget that waits', () => {
  /** A budget that another call has used up. */
  async function spentBudget(tenant: string): Promise<void> {
    await setBudget({ tenant, capNanoUsd: PLENTY })
    await (await start(tenant, { prompt: 'hello' })).result()
    await system.database.queries
      .update(budgetWindows)
      .set({ spentNanoUsd: PLENTY })
      .where(eq(budgetWindows.budgetId, `day/${tenant}`))
    await setBudget({ tenant, capNanoUsd: PLENTY, whenSpent: 'wait' })
  }

  test('goes on when the budget is raised, long before the window resets', async () => {
    await spentBudget('raised')
    const before = model.requests.length
    const handle = await start('raised', { prompt: 'patience' })
    await expect.poll(() => timersOf(handle)).toBeGreaterThan(0)
    expect(model.requests).toHaveLength(before)
    await setBudget({ tenant: 'raised', capNanoUsd: 2 * PLENTY, whenSpent: 'wait' })
    const result: CallResult = await handle.result()
    expect(result.attempts).toHaveLength(1)
  })

  test('can be cancelled, and nothing is booked', async () => {
    await spentBudget('cancelled')
    const handle = await start('cancelled', { prompt: 'patience' })
    await expect.poll(() => timersOf(handle)).toBeGreaterThan(0)
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('Workflow execution cancelled')
    expect(await heldBy('cancelled')).toEqual([{ spentNanoUsd: PLENTY, reservedNanoUsd: 0 }])
  })

  test('ends at its deadline and says what it waited for', async () => {
    await spentBudget('deadline')
    const failure = await failureOf((await start('deadline', { prompt: 'x', deadlineMs: 500 })).result())
    expect(failure.message).toMatch(/within the deadline of 500 ms: .*waited for budget.*\$0\.00 is left/)
  })

  test('does not wait when it costs more than a whole window', async () => {
    await setBudget({ tenant: 'too-dear', capNanoUsd: NOT_ENOUGH, whenSpent: 'wait' })
    const failure = await failureOf((await start('too-dear', { prompt: 'x' })).result())
    expect(failure.message).toContain('that is more than the day')
  })

  test('shares one timer with the other calls of its task', async () => {
    await spentBudget('task')
    const subtasks = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, action: id }))
    const handle = await start('task', { task: 'all', plan: { subtasks }, synthesis: 'none' }, 'taskRun')
    const notes = async () => (await handle.query(progressQuery)).notes
    await expect.poll(notes).toEqual([expect.stringContaining("room in the day's budget of tenant task")])
    await setBudget({ tenant: 'task', capNanoUsd: 2 * PLENTY, whenSpent: 'wait' })
    const result: TaskResult = await handle.result()
    expect(result.phase).toBe('completed')
    expect(result.notes).toHaveLength(1)
    // One for each look of all six together.
    expect(await timersOf(handle)).toBeLessThan(subtasks.length)
  })
})

describe('a call over a budget that asks', () => {
  test('is made when a person approves it, and the ledger remembers who', async () => {
    await setBudget({ tenant: 'approves', capNanoUsd: NOT_ENOUGH, whenSpent: 'ask' })
    const handle = await start('approves', { prompt: 'please' })
    await askedOnce('approves')
    await expect
      .poll(() =>
        handle
          .executeUpdate(decideApprovalUpdate, { args: [{ decision: 'approve', by: 'ada' }] })
          .catch((error: unknown) => error),
      )
      .toMatchObject({ id: 'budget/call', decision: 'approve', by: 'ada' })
    const result: CallResult = await handle.result()
    const rows = await system.database.queries
      .select()
      .from(attemptsTable)
      .where(eq(attemptsTable.operationId, handle.workflowId))
    expect(rows).toMatchObject([{ reservation: { approvedBy: 'ada' }, costNanoUsd: result.costNanoUsd }])
  })

  test('is refused when a person rejects it', async () => {
    await setBudget({ tenant: 'refuses', capNanoUsd: NOT_ENOUGH, whenSpent: 'ask' })
    const handle = await start('refuses', { prompt: 'please' })
    await askedOnce('refuses')
    const verdict = { decision: 'reject', by: 'bob', comment: 'not today' } as const
    await expect
      .poll(() => handle.executeUpdate(decideApprovalUpdate, { args: [verdict] }).catch(() => undefined))
      .toMatchObject({ decision: 'reject' })
    const failure = await failureOf(handle.result())
    expect(failure.message).toMatch(/tenant refuses.*; rejected by bob: not today$/)
    expect(failure.details?.[0]).toMatchObject({ kind: 'over-budget' })
  })

  test('in a task asks for each step, by the name of the step', async () => {
    await setBudget({ tenant: 'steps', capNanoUsd: NOT_ENOUGH, whenSpent: 'ask' })
    const subtasks = ['one', 'two'].map((id) => ({ id, action: id }))
    const handle = await start('steps', { task: 'all', plan: { subtasks }, synthesis: 'none' }, 'taskRun')
    const pending = async () => (await handle.query(progressQuery)).approvals.map(({ id }) => id)
    await expect.poll(pending).toEqual(['budget/subtask/one', 'budget/subtask/two'])
    const decide = (approvalId: string, decision: 'approve' | 'reject') =>
      handle.executeUpdate(decideApprovalUpdate, { args: [{ approvalId, decision, by: 'ada' }] })
    await decide('budget/subtask/one', 'approve')
    await decide('budget/subtask/two', 'reject')
    const result: TaskResult = await handle.result()
    expect(result.phase).toBe('partial')
    expect(result.subtasks).toMatchObject([
      { id: 'one', phase: 'completed' },
      { id: 'two', phase: 'failed', reason: expect.stringContaining('rejected by ada') },
    ])
  })
})
