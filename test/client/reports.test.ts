import { afterAll, beforeAll, describe, expect, expectTypeOf, inject, test } from 'vitest'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import type { CostSummary } from '../../domain/cost-report.ts'
import { recordingContents, type ReportWorker, startReportWorker } from './report-worker.ts'
import { createCostReports } from '../../store/reports/costs.ts'
import { createNamespace } from '../fixtures/namespace.ts'
import { createReportActivities, type ReportActivities } from '../../activities/reports.ts'
import type { ModelList } from '../../domain/catalog/model-list.ts'
import type { UsageReport } from '../../domain/usage-report.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

const catalog = testCatalog([{ name: 'first' }])
const skipped = [{ endpoint: 'cloud', reason: 'set CLOUD_KEY' }]
let worker: ReportWorker
let switchyard: Switchyard
beforeAll(async () => {
  worker = await startReportWorker((database) =>
    createReportActivities({ costs: createCostReports(database), catalog, skipped }),
  )
  ;({ switchyard } = worker)
})
afterAll(() => worker.stop())

describe('reports come from the workers', () => {
  test('with what was spent', async () => {
    const summary = await switchyard.costs({
      tenant: 'acme',
      taskId: 't1',
      since: '2026-01-01T00:00:00.000Z',
    })
    expect(summary.totals).toMatchObject({ operations: 0, attempts: 0, costNanoUsd: 0 })
    expect(summary.byModel).toEqual([])
  })

  test('with what was used lately', async () => {
    const report = await switchyard.usage()
    expect(report.totals).toMatchObject({ requests: 0, attempts: 0, costNanoUsd: 0, meanLatencyMs: null })
    await expect(switchyard.usage({ minutes: 5, tenant: 'acme' })).resolves.toMatchObject({ minutes: 5 })
  })

  test.each([
    [
      'a time that is none',
      () => switchyard.costs({ since: 'yesterday' }),
      /since: must be an ISO 8601 instant/,
    ],
    [
      'too many rows',
      () => switchyard.costs({ expensiveLimit: 5000 }),
      /expensiveLimit: must be .* at most 1000/,
    ],
    [
      'no minutes at all',
      () => switchyard.usage({ minutes: 0 }),
      /minutes: must be a whole number of at least 1/,
    ],
    ['a year', () => switchyard.usage({ minutes: 525_600 }), /at most 10080/],
  ])('and refuse %s with a readable error', async (_title, ask, message) => {
    await expect(ask()).rejects.toMatchObject({
      name: 'InvalidRequestError',
      message: expect.stringMatching(message),
    })
  })

  test('with what can be called, and what cannot and why', async () => {
    const models = await switchyard.models()
    expect(models.catalog).toEqual(catalog)
    expect(models.skipped).toEqual(skipped)
  })
})

test('what the workers report is what the client declares', () => {
  expectTypeOf<Awaited<ReturnType<ReportActivities['costSummary']>>>().toExtend<CostSummary>()
  expectTypeOf<Awaited<ReturnType<ReportActivities['usageReport']>>>().toExtend<UsageReport>()
  expectTypeOf<Awaited<ReturnType<ReportActivities['listModels']>>>().toExtend<ModelList>()
})

test('without a worker a report says so instead of hanging', { timeout: 40_000 }, async () => {
  const address = inject('temporalAddress')
  const alone = await createSwitchyard({
    address,
    namespace: await createNamespace(address),
    contents: recordingContents(),
  })
  await expect(alone.costs()).rejects.toMatchObject({ name: 'NoWorkerError' })
  expect(await alone.orchestrators()).toBe(0)
  await alone.close()
})
