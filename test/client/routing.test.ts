import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import type { Switchyard } from '../../client/switchyard.ts'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { createDecisionReader } from '../../store/reports/decision-reader.ts'
import { type ReportWorker, startReportWorker } from './report-worker.ts'
import { createRouteFactReader } from '../../store/routing/route-facts.ts'
import { createRouteFacts } from '../../activities/route-facts.ts'
import { createRouteReportActivities, type RouteReportActivities } from '../../activities/route-reports.ts'
import { decideRoute } from '../../domain/routing/decide-route.ts'
import { operations } from '../../store/schema.ts'
import type { RouteExplanation } from '../../domain/routing/route-explanation.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { toJson } from '../../domain/json.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

const catalog = {
  ...testCatalog([{ name: 'first' }, { name: 'second', endpoint: { deployment: 'on-premise' } }]),
  tenants: { bank: { dataClass: 'confidential' } },
} as const
let worker: ReportWorker
let switchyard: Switchyard
beforeAll(async () => {
  worker = await startReportWorker((database) =>
    createRouteReportActivities({
      catalog,
      skipped: [{ endpoint: 'cloud', reason: 'set CLOUD_KEY' }],
      facts: createRouteFacts({ catalog, reader: createRouteFactReader(database) }),
      decisions: createDecisionReader(database),
    }),
  )
  ;({ switchyard } = worker)
})
afterAll(() => worker.stop())

describe('a request is explained by the workers', () => {
  test('with what they would decide about it', async () => {
    const { input, decision, skipped } = await switchyard.explainRoute({ prompt: 'Hello', task: 'code' })
    expect(input).toMatchObject({ task: 'code', dataClass: 'public', estimatedInputTokens: 6 })
    expect(decision.candidates.map(({ model }) => model)).toEqual(['first', 'second'])
    expect(skipped).toEqual([{ endpoint: 'cloud', reason: 'set CLOUD_KEY' }])
  })

  test("with the tenant's own wishes and what is left of its budget", async () => {
    const budget = { tenant: 'bank', user: 'ada', window: 'day', capNanoUsd: 2_000_000_000 } as const
    await createBudgetStore(worker.database).set(budget, Date.now())
    const ofAda = { tenant: 'bank', user: 'ada' }
    await expect
      .poll(async () => (await switchyard.explainRoute({}, ofAda)).input)
      .toMatchObject({ dataClass: 'confidential', budget: { leftNanoUsd: 2_000_000_000, leftShare: 1 } })
    const what = await switchyard.explainRoute({}, { ...ofAda, budgetLeftShare: 0.2 })
    expect(what.input.budget.leftShare).toBe(0.2)
    expect(what.decision.candidates.map(({ model }) => model)).toEqual(['second'])
  })

  test('without leaving its prompt anywhere', async () => {
    const { input } = await switchyard.explainRoute({ prompt: 'x'.repeat(40_000) })
    expect(input.estimatedInputTokens).toBe(10_004)
    expect(worker.puts).toEqual([])
  })

  test('when it is valid', async () => {
    await expect(switchyard.explainRoute({ temperature: 9 })).rejects.toMatchObject({
      name: 'InvalidRequestError',
    })
    await expect(switchyard.explainRoute({}, { budgetLeftShare: 2 })).rejects.toMatchObject({
      name: 'InvalidRequestError',
    })
  })
})

describe('a stored decision', () => {
  const { input, decision } = decideRoute(catalog, { task: 'code' }, {})
  const { candidates, ...explanation } = decision
  const row = { kind: 'call', tenant: 'bank', requestHash: '', candidates } as const

  test('is made again, and is the same', async () => {
    const stored = toJson({ input, ...explanation })
    await worker.database.queries
      .insert(operations)
      .values({ ...row, operationId: 'call/bank/1', decision: stored })
    const replay = await switchyard.replayDecision('1', { tenant: 'bank' })
    expect(replay).toMatchObject({ operationId: 'call/bank/1', isSame: true, differences: [] })
    expect(await switchyard.replayDecision('call/bank/1')).toEqual(replay)
  })

  test('is made again, and is another one', async () => {
    const bent = toJson({ input: { ...input, dataClass: 'restricted' }, ...explanation })
    await worker.database.queries
      .insert(operations)
      .values({ ...row, operationId: 'call/bank/2', decision: bent })
    const { isSame, differences } = await switchyard.replayDecision('call/bank/2')
    expect(isSame).toBe(false)
    expect(differences.map((line) => line.split(':')[0])).toEqual(['candidates', 'reasons'])
  })

  test('of nothing is refused', async () => {
    await expect(switchyard.replayDecision('3')).rejects.toMatchObject({
      name: 'OperationRefusedError',
      message: 'no operation call/default/3 was accepted',
    })
  })
})

test('what the workers explain is what the client declares', () => {
  expectTypeOf<Awaited<ReturnType<RouteReportActivities['explainRoute']>>>().toExtend<RouteExplanation>()
})
