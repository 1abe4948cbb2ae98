import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { attempts, endpointHealth, operations, versionHealth } from '../../../store/schema.ts'
import type { CallResult } from '../../../domain/call-result.ts'
import { createScriptedProvider } from '../../fixtures/scripted-provider.ts'
import type { HealthCheckInput } from '../../../workflows/contract.ts'
import type { HealthCheckReport } from '../../../domain/maintenance/health/health-report.ts'
import { type Orchestration, startOrchestration } from '../../fixtures/orchestration.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const NEVER = new Promise<never>(() => undefined)

/** What the first model's vendor does. */
let mood: 'well' | 'refusing' | 'hanging' = 'well'

const first = createScriptedProvider('first', async () => {
  if (mood === 'hanging') await NEVER
  return mood === 'refusing' ? new ProviderError('authentication', 'the key is revoked') : 'from the first'
})
const second = createScriptedProvider('second', () => 'from the second')

let system: Orchestration
beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'first' }, { name: 'second' }]),
    providers: { first, second },
  })
})
afterAll(() => system.stop())

beforeEach(async () => {
  mood = 'well'
  await system.database.queries.delete(versionHealth)
  await system.database.queries.delete(endpointHealth)
})

const PROBING: HealthCheckInput = { probes: { cloud: true }, timeoutMs: 2_000, rules: { goodCallsToStay: 4 } }

async function check(input: HealthCheckInput = PROBING): Promise<HealthCheckReport> {
  const report: HealthCheckReport = await system.client.workflow.execute('healthCheck', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `maintenance/health-check-${randomUUID()}`,
    args: [input],
  })
  return report
}

function statusOf({ versions }: HealthCheckReport, model = 'first') {
  return versions.find((version) => version.model === model)
}

async function call(): Promise<CallResult> {
  const result: CallResult = await system.client.workflow.execute('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `call/test/${randomUUID()}`,
    args: [{ prompt: 'hello' }],
  })
  return result
}

/** Routing looks at the table once a second. */
const seen = () => sleep(1_200)

describe('a health check', { timeout: 120_000 }, () => {
  test('without anything asks no vendor, and finds all of them well', async () => {
    const before = first.requests.length
    expect(await check({})).toMatchObject({
      result: 'fine',
      checked: 2,
      versions: [
        { model: 'first', status: 'healthy', before: 'healthy', sharePercent: 100 },
        { model: 'second', status: 'healthy' },
      ],
      remediations: [],
    })
    expect(first.requests).toHaveLength(before)
  })

  test('takes what fails three times out of routing, and brings it back little by little', async () => {
    mood = 'refusing'
    const statuses = [await check(), await check(), await check()].map((report) => statusOf(report))
    expect(statuses.map((one) => one?.status)).toEqual(['failing', 'failing', 'out'])
    expect(statuses[2]).toMatchObject({
      before: 'failing',
      sharePercent: 0,
      reason: expect.stringMatching(/key is revoked/),
    })
    await seen()
    expect(await call()).toMatchObject({ model: 'second', attempts: [{ model: 'second' }] })

    mood = 'well'
    const passes = [await check(), await check(), await check()].map((report) => statusOf(report))
    expect(passes.map((one) => one?.status)).toEqual(['out', 'out', 'returning'])
    expect(passes[2]).toMatchObject({ sharePercent: 5 })
    const returned = [await check(), await check(), await check(), await check()].map((report) =>
      statusOf(report),
    )
    expect(returned.map((one) => one?.status)).toEqual(['returning', 'returning', 'returning', 'healthy'])
    await seen()
    expect(await call()).toMatchObject({ model: 'first' })
  })

  test('takes one that hangs for one that fails, within its own time', async () => {
    mood = 'hanging'
    const report = await check({ ...PROBING, timeoutMs: 500, rules: { failuresToLeave: 1 } })
    expect(statusOf(report)).toMatchObject({
      status: 'out',
      reason: 'did not complete one token within 500 ms',
    })
    expect(statusOf(report, 'second')).toMatchObject({ status: 'healthy' })
  })

  test('books its probes as operations of their own kind, and nobody else sees their times', async () => {
    await check()
    const probes = (await system.database.queries.select().from(operations)).filter(
      ({ kind }) => kind === 'probe',
    )
    expect(probes[0]).toMatchObject({ tenant: 'switchyard', feature: 'health-check' })
    const rows = await system.database.queries.select().from(attempts)
    const ofProbes = rows.filter(({ operationId }) => operationId.startsWith('probe/'))
    expect(ofProbes.every(({ status, costNanoUsd }) => status !== 'open' && costNanoUsd !== null)).toBe(true)
  })

  test('of a version that is the only one to ask leaves it to be tried', async () => {
    mood = 'refusing'
    for (let times = 0; times < 3; times++) await check()
    await seen()
    mood = 'well'
    const result: CallResult = await system.client.workflow.execute('modelCall', {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId: `call/test/${randomUUID()}`,
      args: [{ prompt: 'hello', model: 'first' }],
    })
    expect(result).toMatchObject({ model: 'first' })
  })

  test('that is a dry run writes nothing down', async () => {
    mood = 'refusing'
    const report = await check({ ...PROBING, dryRun: true })
    expect(report).toMatchObject({ isDryRun: true, versions: [{ status: 'failing' }, { status: 'healthy' }] })
    expect(await system.database.queries.select().from(versionHealth)).toEqual([])
  })

  test('with a wrong input is refused with every wrong place', async () => {
    const wrong = check({ timeoutMs: 0, rules: { passesToReturn: 0 } })
    const error: unknown = await wrong.catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringMatching(/timeoutMs.*rules.passesToReturn/) },
    })
  })

  test('judges what users met: one call in ten that goes wrong is too many', async () => {
    const [candidate] = await system.database.queries.select().from(attempts).limit(1)
    if (candidate === undefined) throw new Error('nothing was called yet')
    const rows = Array.from({ length: 30 }, (_, index) => ({
      ...candidate,
      attemptId: `measured#${index}`,
      operationId: candidate.operationId.startsWith('probe/') ? 'measured' : candidate.operationId,
      runId: 'measured',
      number: index,
      model: 'second',
      version: '2026-01-01',
      status: index % 10 === 0 ? ('failed' as const) : ('completed' as const),
      failureKind: index % 10 === 0 ? ('unavailable' as const) : null,
      openedAt: new Date().toISOString(),
    }))
    const [operation] = await system.database.queries.select().from(operations).limit(1)
    if (operation !== undefined) {
      await system.database.queries
        .insert(operations)
        .values({ ...operation, operationId: 'measured' })
        .onConflictDoNothing()
    }
    await system.database.queries.insert(attempts).values(rows)
    expect(statusOf(await check({}), 'second')).toMatchObject({
      status: 'failing',
      reason: expect.stringMatching(/% of 3\d calls went wrong, the limit is 5 %/),
    })
    expect(statusOf(await check({ thresholds: { minCalls: 100 } }), 'second')).toMatchObject({
      status: 'healthy',
    })
  })
})
