import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type ChangeTrafficOutput, createTrafficActivities } from '../../activities/traffic.ts'
import { createQueryTraffic, createSendTrafficCommand } from '../../workers/traffic/entity.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { createRoutingTable, type RoutingTable } from '../../store/routing/routing-table.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { failureOf } from '../fixtures/failure-of.ts'
import { modelTrafficStart } from '../../workers/traffic/entity.ts'
import { NativeConnection } from '@temporalio/worker'
import { startModelTraffic } from '../../workers/traffic/start-model-traffic.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { trafficCatalog } from '../fixtures/traffic-catalog.ts'
import type { TrafficCommand } from '../../domain/traffic/traffic-command.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'
import { changeTrafficUpdate, trafficQuery } from '../../workflows/traffic-contract.ts'

const HOLDER = { holder: 'rollout-7', runId: 'run-1' } as const
const MODELS = ['shared', 'refused', 'fenced', 'terminated', 'expiring', 'long', 'started'] as const
const catalog = trafficCatalog(MODELS)

let system: Orchestration
let table: RoutingTable
let connection: NativeConnection
let traffic: ReturnType<typeof createTrafficActivities>

beforeAll(async () => {
  const address = inject('temporalAddress')
  const provider = createScriptedProvider('any', () => 'answered')
  const providers = Object.fromEntries(MODELS.map((model) => [model, provider]))
  system = await startOrchestration({ address, catalog, providers })
  table = createRoutingTable(system.database)
  connection = await NativeConnection.connect({ address })
  traffic = createTrafficActivities({
    catalog,
    routingTable: table,
    sendTrafficCommand: createSendTrafficCommand(surroundings()),
    queryTraffic: createQueryTraffic(surroundings()),
  })
})
afterAll(async () => {
  await connection.close()
  await system.stop()
})

function surroundings() {
  const { namespace, client } = system
  return { connection, namespace, dataConverter: client.options.loadedDataConverter }
}

function change(model: string, command: TrafficCommand): Promise<ChangeTrafficOutput> {
  return traffic.changeTraffic({ model, command })
}

async function changed(model: string, command: TrafficCommand): Promise<TrafficState> {
  const output = await change(model, command)
  if ('refusal' in output) throw new Error(output.refusal)
  return output.state
}

function takeLease(model: string, ttlMs = 120_000): Promise<TrafficState> {
  return changed(model, { kind: 'take-lease', ...HOLDER, version: 'v2', ttlMs })
}

function shares(number: number, canaryPercent: number, mirrorPercent = 0): TrafficCommand {
  return { kind: 'set-shares', ...HOLDER, change: number, canaryPercent, mirrorPercent }
}

function entity(model: string) {
  return system.client.workflow.getHandle(`model/${model}`)
}

async function armsInTable(model: string): Promise<string | undefined> {
  const found = await table.find(model)
  return found?.arms.map(({ version, percent }) => `${version} ${percent}`).join(', ')
}

describe('the entity of a model', { timeout: 120_000 }, () => {
  test('is started by who asks it, and what it decides stands in the table before it answers', async () => {
    expect(await takeLease('shared')).toMatchObject({ epoch: 0, stableVersion: 'v1' })
    expect(await armsInTable('shared')).toBe('v1 100')
    expect(await changed('shared', shares(1, 5))).toMatchObject({ epoch: 1 })
    expect(await armsInTable('shared')).toBe('v2 5, v1 95')
    expect(await changed('shared', shares(2, 100))).toMatchObject({ epoch: 2 })
    await changed('shared', { kind: 'release-lease', ...HOLDER, outcome: 'kept' })
    expect(await table.find('shared')).toEqual({
      model: 'shared',
      epoch: 3,
      stableVersion: 'v2',
      arms: [{ version: 'v2', percent: 100 }],
    })
    expect(await entity('shared').query(trafficQuery)).toMatchObject({ epoch: 3, stableVersion: 'v2' })
  })

  test('shows its versions, and can be searched by its model', async () => {
    const description = await entity('shared').describe()
    expect(description.typedSearchAttributes.getAll()).toContainEqual({
      key: { name: 'Model', type: 'KEYWORD' },
      value: 'shared',
    })
    const { traffic: reports } = await traffic.readTraffic({ model: 'shared' })
    expect(reports).toMatchObject([{ model: 'shared', snapshot: { epoch: 3 }, state: { epoch: 3 } }])
  })

  test('refuses in a sentence, and says whether it is about the lease', async () => {
    expect(await change('nothing', { kind: 'renew-lease', ...HOLDER })).toEqual({
      refusal: `there is no model nothing; the catalog has ${MODELS.join(', ')}`,
      kind: 'command',
    })
    expect(await change('refused', { kind: 'renew-lease', ...HOLDER })).toEqual({
      refusal: 'nobody holds the lease of refused: take it first',
      kind: 'lease',
    })
    await takeLease('refused')
    expect(await change('refused', shares(1, 150))).toEqual({
      refusal: 'a share goes from 0 to 100, not 150 and 0',
      kind: 'command',
    })
    const second = {
      kind: 'take-lease',
      holder: 'rollout-8',
      runId: 'run-2',
      version: 'v2',
      ttlMs: 1000,
    } as const
    expect(await change('refused', second)).toEqual({
      refusal: 'refused is being rolled out by rollout-7 to v2; one at a time',
      kind: 'lease',
    })
    const unknown = { kind: 'take-lease', ...HOLDER, version: 'v9', ttlMs: 1000 } as const
    await changed('refused', { kind: 'release-lease', ...HOLDER, outcome: 'rolled-back' })
    expect(await change('refused', unknown)).toEqual({
      refusal: 'refused has no version v9; it has v1, v2',
      kind: 'command',
    })
  })

  test('refuses what is no command before it is recorded', async () => {
    await takeLease('refused')
    const wrong: object = { kind: 'set-shares', holder: 'ada' }
    const failure = await failureOf(entity('refused').executeUpdate('changeTraffic', { args: [wrong] }))
    expect(failure.type).toBe('InvalidInput')
    expect(failure.message).toContain('runId: must be a text, not nothing')
    const { events = [] } = await entity('refused').fetchHistory()
    const accepted = (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)
    expect(accepted.length).toBeLessThanOrEqual(8)
  })

  test('cannot be started under another id, nor for a model that is not there', async () => {
    const { client } = system
    const started = await client.workflow.start('modelTraffic', {
      ...modelTrafficStart('shared'),
      workflowId: 'my-traffic',
    })
    expect((await failureOf(started.result())).message).toContain('belongs to the workflow model/shared')
    const unknown = await client.workflow.start('modelTraffic', modelTrafficStart('nothing'))
    expect((await failureOf(unknown.result())).message).toBe('there is no model nothing in the catalog')
  })

  test('is fenced: what is older than the table changes nothing, and the entity goes on above it', async () => {
    await takeLease('fenced')
    await changed('fenced', shares(1, 5))
    const newer = { model: 'fenced', epoch: 40, stableVersion: 'v1', arms: [{ version: 'v1', percent: 100 }] }
    expect(await table.publish(newer)).toEqual(newer)
    expect(await table.publish({ ...newer, epoch: 39, stableVersion: 'v2' })).toEqual(newer)
    expect(await changed('fenced', shares(2, 15))).toMatchObject({ epoch: 41 })
    expect(await armsInTable('fenced')).toBe('v2 15, v1 85')
  })

  test('that was terminated begins anew from the table, with everything on the stable version', async () => {
    await takeLease('terminated')
    await changed('terminated', shares(1, 30, 0))
    await entity('terminated').terminate('a test')
    expect(await armsInTable('terminated')).toBe('v2 30, v1 70')
    expect(await change('terminated', { kind: 'renew-lease', ...HOLDER })).toMatchObject({ kind: 'lease' })
    expect(await armsInTable('terminated')).toBe('v1 100')
    const state = await entity('terminated').query(trafficQuery)
    expect(state).toMatchObject({ epoch: 2, stableVersion: 'v1' })
    expect(state?.history.at(-1)?.text).toBe('began anew; v1 has all traffic')
  })

  test('is started with the orchestrator for every model whose traffic is shared out', async () => {
    const arms = [
      { version: 'v2', percent: 30 },
      { version: 'v1', percent: 70 },
    ]
    await table.publish({ model: 'started', epoch: 9, stableVersion: 'v1', arms })
    await startModelTraffic(surroundings(), table, catalog)
    await expect.poll(() => armsInTable('started'), { timeout: 30_000 }).toBe('v1 100')
  })

  test('takes the shares back when a lease is not renewed', async () => {
    await takeLease('expiring', 2_000)
    await changed('expiring', shares(1, 30))
    expect(await armsInTable('expiring')).toBe('v2 30, v1 70')
    await expect.poll(() => armsInTable('expiring'), { timeout: 30_000 }).toBe('v1 100')
    const state = await entity('expiring').query(trafficQuery)
    expect(state).not.toHaveProperty('lease')
    expect(state?.versions).toMatchObject([
      { version: 'v1', status: 'active' },
      { version: 'v2', status: 'rolled-back' },
    ])
    expect(await change('expiring', shares(2, 40))).toMatchObject({ kind: 'lease' })
  })

  test('continues as new with its lease, its shares and its timer', async () => {
    const first = await system.client.workflow.start('modelTraffic', {
      ...modelTrafficStart('long'),
      taskQueue: TASK_QUEUES.orchestrator,
      args: [{ model: 'long', commandsPerRun: 5 }],
    })
    await takeLease('long', 6_000)
    await changed('long', shares(1, 5))
    const renewal = { kind: 'renew-lease', ...HOLDER } as const
    const [state] = await Promise.all([changed('long', shares(2, 15)), changed('long', renewal)])
    expect(state.epoch).toBe(2)
    await expect
      .poll(async () => (await entity('long').describe()).runId, { timeout: 30_000 })
      .not.toBe(first.firstExecutionRunId)
    expect(await changed('long', shares(3, 25))).toMatchObject({
      epoch: 3,
      lease: { holder: 'rollout-7', change: 3 },
    })
    await expect.poll(() => armsInTable('long'), { timeout: 30_000 }).toBe('v1 100')
  })

  test('says in the Temporal UI how it is used', async () => {
    const meta = await entity('long').query<{
      definition: { updateDefinitions: readonly { name: string; description: string }[] }
      currentDetails: string
    }>('__temporal_workflow_metadata')
    const [update] = meta.definition.updateDefinitions
    expect(update).toMatchObject({
      name: changeTrafficUpdate.name,
      description: expect.stringContaining('"kind"'),
    })
    expect(meta.currentDetails).toContain('| version | share | copies | status | since |')
  })
})
