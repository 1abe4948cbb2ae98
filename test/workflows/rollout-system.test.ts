import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { attempts as attemptsTable, routingTable } from '../../store/schema.ts'
import { byTaskType } from '../../domain/model-request.ts'
import type { CallResult } from '../../domain/call-result.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createScriptedProvider, type ScriptedProvider } from '../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { RolloutInput } from '../../workflows/contract.ts'
import { phaseReached, reportOf } from './support/drive-rollout.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { trafficQuery } from '../../workflows/traffic-contract.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

const VERSIONS = ['old', 'fine', 'broken', 'sloppy'] as const

/** The endpoints are named after the versions that they serve. */
const providers: Readonly<Record<(typeof VERSIONS)[number], ScriptedProvider>> = {
  old: createScriptedProvider('old', () => '{"a": 1}'),
  fine: createScriptedProvider('fine', () => '{"a": 1}'),
  broken: createScriptedProvider('broken', () => new ProviderError('bad-request', 'out of order')),
  sloppy: createScriptedProvider('sloppy', () => 'Here is your JSON: {"a": 1'),
}

/** Models that all have the same versions, each at an endpoint of its own. */
function catalogOf(...models: readonly string[]): Catalog {
  const base = testCatalog(VERSIONS.map((name) => ({ name })))
  const versions = (model: string) =>
    VERSIONS.flatMap((version) =>
      (base.models[version]?.versions ?? []).map((known) => ({ ...known, model, version })),
    )
  return {
    ...base,
    models: Object.fromEntries(models.map((name) => [name, { name, versions: versions(name) }])),
    tasks: byTaskType((task) => ({ ...base.tasks[task], model: models[0] ?? '', fallbacks: [] })),
  }
}

let system: Orchestration

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: catalogOf('chat', 'chat-broken', 'chat-sloppy', 'chat-lost', 'chat-shadow'),
    providers,
  })
})
afterAll(() => system.stop())

const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }

async function call(model: string): Promise<CallResult> {
  const handle = await system.client.workflow.start('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `call/test/${randomUUID()}`,
    args: [{ prompt: 'hello', model, responseFormat: { type: 'json-schema', name: 'a', schema: SCHEMA } }],
  })
  const result: CallResult = await handle.result()
  return result
}

/** Sends requests, a few at a time, until the work has ended. Each has to be answered. */
async function underLoad<Value>(model: string, work: Promise<Value>): Promise<Value> {
  let isOver = false
  const ended = work.finally(() => (isOver = true))
  const caller = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop, no-unmodified-loop-condition -- one after the other
    while (!isOver) await call(model)
  }
  const [value] = await Promise.all([ended, caller(), caller(), caller(), caller()])
  return value
}

const STEPS = [
  { canaryPercent: 5, observeMs: 1500 },
  { canaryPercent: 50, observeMs: 1500 },
  { canaryPercent: 100 },
]

function start(input: RolloutInput) {
  return system.client.workflow.start('rollout', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `rollout-${randomUUID()}`,
    args: [
      {
        ...(input.strategy === 'shadow' ? {} : { steps: STEPS }),
        guards: ['errors', 'schema-invalid'],
        negligibleRate: 0.3,
        minCanaryRequests: 10,
        readEveryMs: 500,
        keepOldMs: 500,
        retryWithinMs: 0,
        by: 'ada',
        ...input,
      },
    ],
  })
}

async function publishedArms(model: string) {
  const rows = await system.database.queries.select().from(routingTable)
  return rows.find((row) => row.model === model)?.snapshot.arms
}

async function rowsOf(model: string) {
  const rows = await system.database.queries.select().from(attemptsTable).orderBy(attemptsTable.openedAt)
  return rows.filter((row) => row.model === model)
}

describe('a rollout under load', { timeout: 240_000 }, () => {
  // Its lease ends two minutes later, while the other tests run.
  test('publishes its shares before it goes on', async () => {
    const handle = await start({ model: 'chat-lost', version: 'fine' })
    await phaseReached(handle, 'observing')
    expect(await publishedArms('chat-lost')).toEqual([
      { version: 'fine', percent: 5 },
      { version: 'old', percent: 95 },
    ])
    await handle.terminate()
  })

  test('of a version that is as good ends at 100 %, and the ledger agrees', async () => {
    const handle = await start({ model: 'chat', version: 'fine' })
    const report = await underLoad('chat', reportOf(handle))
    expect(report).toMatchObject({ phase: 'completed', canaryPercent: 100 })
    expect(await publishedArms('chat')).toEqual([{ version: 'fine', percent: 100 }])
    const rows = await rowsOf('chat')
    const canary = rows.filter(({ version }) => version === 'fine')
    expect(canary).toHaveLength(providers.fine.requests.length)
    const [errors] = report.evidence
    expect(errors?.canary).toMatchObject({ badEvents: 0 })
    expect(errors?.canary.units).toBeLessThanOrEqual(canary.length)
    expect(errors?.isSafe).toBe(true)
    expect(rows.every(({ answerSchema }) => answerSchema === 'valid')).toBe(true)
    expect((await call('chat')).version).toBe('fine')
  })

  test('of a version that fails goes back, and every request is answered all the same', async () => {
    const handle = await start({ model: 'chat-broken', version: 'broken' })
    const report = await underLoad('chat-broken', reportOf(handle))
    expect(report.phase).toBe('rolled-back')
    expect(['guard', 'tripwire']).toContain(report.cause)
    expect(await publishedArms('chat-broken')).toEqual([{ version: 'old', percent: 100 }])
    // Admission takes the shares from a cache of a second.
    await sleep(1_100)
    const before = providers.broken.requests.length
    expect((await call('chat-broken')).version).toBe('old')
    expect(providers.broken.requests.length).toBe(before)
    const rows = await rowsOf('chat-broken')
    expect(rows.filter(({ version }) => version === 'broken')).toHaveLength(before)
  })

  test('of a version that answers invalid JSON goes back by that guard', async () => {
    const handle = await start({ model: 'chat-sloppy', version: 'sloppy' })
    const report = await underLoad('chat-sloppy', reportOf(handle))
    expect(report).toMatchObject({ phase: 'rolled-back', cause: 'guard' })
    expect(report.reason).toContain('schema-invalid')
    const rows = await rowsOf('chat-sloppy')
    const verdicts = rows.map(({ version, answerSchema }) => `${version} ${answerSchema}`)
    expect(new Set(verdicts)).toEqual(new Set(['old valid', 'sloppy invalid']))
  })

  test('as a shadow judges a version by copies, which answer nobody', async () => {
    const shadow = { model: 'chat-shadow', strategy: 'shadow' } as const
    const settings = { mirrorPercent: 100, observeMs: 1500, keepOldMs: 0 }
    const fine = await start({ ...shadow, ...settings, version: 'fine' })
    const watched = await underLoad('chat-shadow', reportOf(fine))
    expect(watched).toMatchObject({ phase: 'completed', canaryPercent: 0 })
    expect(watched.evidence[0]?.canary.units).toBeGreaterThan(5)
    expect(watched.evidence[0]?.canary.units).toBe(watched.evidence[0]?.stable.units)
    const broken = await start({ ...shadow, ...settings, version: 'broken' })
    expect(await underLoad('chat-shadow', reportOf(broken))).toMatchObject({ phase: 'rolled-back' })
    expect((await call('chat-shadow')).version).toBe('old')
    expect(await publishedArms('chat-shadow')).toEqual([{ version: 'old', percent: 100 }])
  })

  test('that was terminated loses its lease, and the shares return', async () => {
    await expect
      .poll(() => publishedArms('chat-lost'), { timeout: 170_000, interval: 1000 })
      .toEqual([{ version: 'old', percent: 100 }])
    const entity = system.client.workflow.getHandle('model/chat-lost')
    expect(await entity.query(trafficQuery)).toMatchObject({ stableVersion: 'old' })
  })
})
