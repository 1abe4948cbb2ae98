import { afterAll, beforeAll, expect, expectTypeOf, inject, test } from 'vitest'
import type { BudgetActivities } from '../../activities/budgets.ts'
import type { BudgetStatus } from '../../domain/budget/budget-status.ts'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { CallRefusedError } from '../../client/errors.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

let system: Orchestration
let switchyard: Switchyard

beforeAll(async () => {
  const address = inject('temporalAddress')
  system = await startOrchestration({
    address,
    catalog: testCatalog([{ name: 'model' }]),
    providers: { model: createScriptedProvider('model', () => 'an answer') },
  })
  const { contents, namespace } = system
  switchyard = await createSwitchyard({ address, namespace, contents })
})
afterAll(async () => {
  await switchyard.close()
  await system.stop()
})

test('a budget is set, shown with what its calls took, and removed', async () => {
  const address = { tenant: 'acme', user: 'ada', window: 'month' } as const
  await switchyard.setBudget({ ...address, capNanoUsd: 1_000_000_000 })
  const { costNanoUsd } = await switchyard.call('Hello', { tenant: 'acme', user: 'ada' })
  const [status] = await switchyard.listBudgets({ tenant: 'acme' })
  expect(status).toMatchObject({
    ...address,
    spentNanoUsd: costNanoUsd,
    reservedNanoUsd: 0,
    whenSpent: 'reject',
  })
  expect(await switchyard.removeBudget(address)).toBe(true)
  expect(await switchyard.removeBudget(address)).toBe(false)
  expect(await switchyard.listBudgets({ tenant: 'acme' })).toEqual([])
})

test('a call without room is refused with the reason', async () => {
  await switchyard.setBudget({ window: 'day', capNanoUsd: 0 })
  const error: unknown = await switchyard.call('Hello').catch((reason: unknown) => reason)
  if (!(error instanceof CallRefusedError)) throw new Error(`unexpected ${String(error)}`)
  expect(error.refusal).toMatchObject({ kind: 'over-budget', attempts: [] })
  expect(error.message).toContain("the day's budget of tenant default")
  expect(error.whatToDo).toContain('budgets list')
  await switchyard.removeBudget({ window: 'day' })
})

test('a call that asks is decided by its request id', async () => {
  await switchyard.setBudget({ tenant: 'asks', window: 'day', capNanoUsd: 0, whenSpent: 'ask' })
  const handle = await switchyard.startCall('Hello', { tenant: 'asks', requestId: 'dear' })
  const decision = { tenant: 'asks', decision: 'approve', by: 'ada' } as const
  await expect
    .poll(() => switchyard.decideCall('dear', decision).catch(() => undefined))
    .toMatchObject({ id: 'budget/call', by: 'ada' })
  expect((await handle.result()).text).toBe('an answer')
})

test('a decision that nobody asked for is refused and says so', async () => {
  const handle = await switchyard.startCall('Hello', { requestId: 'cheap' })
  await handle.result()
  await expect(handle.decide({ decision: 'approve', by: 'ada' })).rejects.toMatchObject({
    name: 'OperationRefusedError',
  })
})

test('a budget that is none is refused before anything is sent', async () => {
  await expect(switchyard.setBudget({ window: 'day', capNanoUsd: -1 })).rejects.toMatchObject({
    name: 'InvalidRequestError',
    problems: [expect.stringContaining('capNanoUsd')],
  })
  await expect(switchyard.listBudgets({ tenant: 'a b' })).rejects.toMatchObject({
    name: 'InvalidRequestError',
  })
})

test('a worker refuses what a client did not check, and the client says what is wrong', async () => {
  const run = system.client.activity.execute('setBudget', {
    id: 'unchecked',
    taskQueue: 'orchestrator',
    args: [{ tenant: 'acme', window: 'week', capNanoUsd: 1.5 }],
    scheduleToCloseTimeout: '20s',
  })
  const error: unknown = await run.catch((reason: unknown) => reason)
  expect(error).toMatchObject({ cause: { type: 'InvalidInput', message: expect.stringContaining('window') } })
})

test('what the workers answer is what the client declares', () => {
  expectTypeOf<Awaited<ReturnType<BudgetActivities['setBudget']>>>().toExtend<BudgetStatus>()
  expectTypeOf<Awaited<ReturnType<BudgetActivities['listBudgets']>>['budgets']>().toExtend<
    Awaited<ReturnType<Switchyard['listBudgets']>>
  >()
})
