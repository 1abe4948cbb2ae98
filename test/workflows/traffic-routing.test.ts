import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { assignArm } from '../../domain/rollout/assign.ts'
import { attempts, operations } from '../../store/schema.ts'
import type { CallResult } from '../../domain/call-result.ts'
import { createCostReports } from '../../store/reports/costs.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { createRoutingTable } from '../../store/routing/routing-table.ts'
import { createScriptedProvider, lastText } from '../fixtures/scripted-provider.ts'
import { failureOf } from '../fixtures/failure-of.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { replayDecision } from '../../domain/routing/replay-decision.ts'
import { createDecisionReader } from '../../store/reports/decision-reader.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { trafficCatalog } from '../fixtures/traffic-catalog.ts'
import type { TrafficSnapshot } from '../../domain/traffic/traffic-state.ts'

const SHARED = [
  { version: 'v2', percent: 50 },
  { version: 'v1', percent: 50 },
]
const NEW_ONLY = [{ version: 'v2', percent: 100 }]
const OLD_ONLY = [{ version: 'v1', percent: 100 }]
const common = { epoch: 7, stableVersion: 'v1' } as const

const SNAPSHOTS: readonly TrafficSnapshot[] = [
  { ...common, model: 'halved', arms: SHARED },
  { ...common, model: 'broken', arms: NEW_ONLY },
  { ...common, model: 'watched', arms: OLD_ONLY, mirror: { version: 'v2', percent: 100 } },
  { ...common, model: 'gone', arms: [{ version: 'v9', percent: 100 }] },
]

/** Copies wait until they are let go. */
const gate = Promise.withResolvers<void>()

const provider = createScriptedProvider('any', async (request) => {
  if (request.providerModel === 'broken-v2') return new ProviderError('bad-request', 'it is broken')
  if (request.providerModel === 'watched-v2') await gate.promise
  return { content: `${request.providerModel}: ${lastText(request)}`, providerModel: request.providerModel }
})

let system: Orchestration

beforeAll(async () => {
  const models = ['halved', 'broken', 'watched', 'gone', 'plain']
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: trafficCatalog(models),
    providers: Object.fromEntries(models.map((model) => [model, provider])),
  })
  const table = createRoutingTable(system.database)
  await Promise.all(SNAPSHOTS.map((snapshot) => table.publish(snapshot)))
})
afterAll(() => system.stop())

async function start(id: string, input: object) {
  return system.client.workflow.start<(given: object) => Promise<CallResult>>('modelCall', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `call/acme/${id}`,
    args: [{ tenant: 'acme', prompt: id, ...input }],
  })
}

async function call(id: string, input: object): Promise<CallResult> {
  return (await start(id, input)).result()
}

function rowsOf(operationId: string) {
  const { queries } = system.database
  return queries.select().from(attempts).where(eq(attempts.operationId, operationId)).orderBy(attempts.number)
}

describe('a request to a model whose traffic is shared out', { timeout: 60_000 }, () => {
  test('goes where its user is assigned, and its attempt is stamped with that', async () => {
    for (const user of ['ada', 'bob', 'cy', 'dee']) {
      // oxlint-disable-next-line no-await-in-loop -- few, and the machine is shared
      const { version } = await call(`by-${user}`, { model: 'halved', user })
      const key = `user:acme/${user}`
      expect(version).toBe(assignArm(key, 'halved', SHARED).version)
      // oxlint-disable-next-line no-await-in-loop
      expect(await rowsOf(`call/acme/by-${user}`)).toMatchObject([
        { version, trafficEpoch: 7, trafficShare: 0.5, assignmentKey: key },
      ])
    }
  })

  test('stays with its session, whoever the user is', async () => {
    const key = 'session:acme/s-1'
    const { version } = assignArm(key, 'halved', SHARED)
    for (const user of ['ada', 'bob', 'cy']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await call(`session-${user}`, { model: 'halved', user, session: 's-1' })).toMatchObject({
        version,
      })
    }
    const [row] = await rowsOf('call/acme/session-bob')
    expect(row?.assignmentKey).toBe(key)
  })

  test('that names its version gets it, and says nothing about the shares', async () => {
    for (const version of ['v1', 'v2']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await call(`pinned-${version}`, { model: 'halved', version })).toMatchObject({ version })
    }
    expect(await rowsOf('call/acme/pinned-v2')).toMatchObject([
      { trafficEpoch: 7, trafficShare: 0.5, assignmentKey: null },
    ])
    expect(await call('pinned-plain', { model: 'plain', version: 'v2' })).toMatchObject({ version: 'v2' })
    expect(await rowsOf('call/acme/pinned-plain')).toMatchObject([{ trafficEpoch: null, trafficShare: null }])
  })

  test('is refused in a sentence when it names a version that is not there', async () => {
    const unknown = await failureOf((await start('unknown', { model: 'halved', version: 'v9' })).result())
    expect(unknown.message).toBe(
      'no model can take this chat request: halved has no version v9; it has v1, v2',
    )
    const alone = await failureOf((await start('alone', { version: 'v1' })).result())
    expect(alone.message).toContain('version: needs the model that it is a version of')
  })

  test('that was assigned to a broken version is answered by the stable one, which is not blamed for it', async () => {
    expect(await call('fell-back', { model: 'broken', user: 'ada' })).toMatchObject({ version: 'v1' })
    expect(await rowsOf('call/acme/fell-back')).toMatchObject([
      { version: 'v2', status: 'failed', assignmentKey: 'user:acme/ada', trafficShare: 1 },
      { version: 'v1', status: 'completed', assignmentKey: null, trafficShare: 0 },
    ])
  })

  test('goes to the stable version where the catalog has its own no more', async () => {
    expect(await call('gone', { model: 'gone', user: 'ada' })).toMatchObject({ version: 'v1' })
  })

  test('can be decided again from what is stored, bit for bit', async () => {
    const reader = createDecisionReader(system.database)
    for (const id of ['by-ada', 'session-bob', 'pinned-v2', 'fell-back']) {
      // oxlint-disable-next-line no-await-in-loop
      const stored = await reader.read(`call/acme/${id}`)
      if (stored === undefined) throw new Error(id)
      expect(replayDecision(stored)).toMatchObject({ isSame: true, differences: [] })
    }
  })

  test('of a model without shares goes to its first version, unstamped', async () => {
    expect(await call('plain', { model: 'plain', user: 'ada' })).toMatchObject({ version: 'v1' })
    expect(await rowsOf('call/acme/plain')).toMatchObject([{ trafficEpoch: null, assignmentKey: null }])
  })
})

describe('a copy', { timeout: 60_000 }, () => {
  test('is made beside the call, holds its answer back for nothing, and is a bill of its own', async () => {
    await createBudgetStore(system.database).set(
      { tenant: 'acme', user: 'copied', window: 'day', capNanoUsd: 1_000_000_000_000, whenSpent: 'reject' },
      Date.now(),
    )
    const answered = await call('copied', { model: 'watched', user: 'copied' })
    expect(answered).toMatchObject({ version: 'v1', answer: { content: { inline: 'watched-v1: copied' } } })
    const mirror = system.client.workflow.getHandle('call/acme/copied/mirror')
    await expect
      .poll(() => rowsOf('call/acme/copied/mirror'))
      .toMatchObject([{ status: 'open', version: 'v2' }])
    expect((await mirror.describe()).status.name).toBe('RUNNING')
    gate.resolve()
    expect(await mirror.result()).toMatchObject({ status: 'answered' })
    const [copy] = await rowsOf('call/acme/copied/mirror')
    expect(copy).toMatchObject({ status: 'completed', assignmentKey: null, reservation: null })
    const [operation] = await system.database.queries
      .select()
      .from(operations)
      .where(eq(operations.operationId, 'call/acme/copied/mirror'))
    expect(operation).toMatchObject({ kind: 'mirror', tenant: 'acme', user: 'copied', status: 'completed' })
    const { byKind } = await createCostReports(system.database).summary({ tenant: 'acme' })
    expect(byKind.find(({ kind }) => kind === 'mirror')).toMatchObject({
      operations: 1,
      costNanoUsd: copy?.costNanoUsd,
    })
    const budgets = await createBudgetStore(system.database).list({ user: 'copied' }, Date.now())
    expect(budgets).toMatchObject([{ spentNanoUsd: answered.costNanoUsd }])
  })

  test('is not made of a request that names its version', async () => {
    await call('uncopied', { model: 'watched', version: 'v1' })
    await expect(system.client.workflow.getHandle('call/acme/uncopied/mirror').describe()).rejects.toThrow(
      'not found',
    )
  })
})
