import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { createNodeStore, type NodeStore } from '../../../store/routing/nodes.ts'
import { createRemediationBook } from '../../../store/maintenance/remediations.ts'
import { nodes as nodesTable, placements, remediations, versionHealth } from '../../../store/schema.ts'
import type { HealthCheckInput, RemediateInput } from '../../../workflows/contract.ts'
import type { HealthCheckReport } from '../../../domain/maintenance/health/health-report.ts'
import { FakeNodes } from '../support/fake-nodes.ts'
import { type Orchestration, startOrchestration } from '../../fixtures/orchestration.ts'
import type { RemediationEnd } from '../../../activities/maintenance/remediation.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const V1 = { model: 'm', version: '2026-01-01' }

let system: Orchestration
let store: NodeStore

beforeAll(async () => {
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: testCatalog([{ name: 'm', endpoint: { kind: 'local' } }]),
    providers: {},
  })
  store = createNodeStore(system.database)
})
afterAll(() => system.stop())

let fakes: FakeNodes
beforeEach(async () => {
  fakes?.stop()
  const { queries } = system.database
  for (const table of [placements, nodesTable, remediations, versionHealth]) await queries.delete(table)
})
afterAll(() => fakes.stop())

async function remediate(input: Omit<RemediateInput, 'model' | 'version'>): Promise<RemediationEnd> {
  const end: RemediationEnd = await system.client.workflow.execute('remediate', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `remediation/${randomUUID()}`,
    args: [{ ...V1, by: 'ada', ...input }],
  })
  return end
}

async function check(input: HealthCheckInput): Promise<HealthCheckReport> {
  const report: HealthCheckReport = await system.client.workflow.execute('healthCheck', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `maintenance/health-check-${randomUUID()}`,
    args: [{ probes: { local: false }, ...input }],
  })
  return report
}

const recorded = () => createRemediationBook(system.database).list(10)

describe('a remediation', { timeout: 120_000 }, () => {
  test('loads a version anew on the nodes that do not have it ready, and leaves the others alone', async () => {
    fakes = new FakeNodes(store, V1, { a: 'failed', b: 'ready' })
    await fakes.start(['a', 'b'])
    expect(await remediate({ kind: 'restart-host' })).toEqual({ status: 'done', outcome: 'a loads it anew' })
    await expect.poll(() => fakes.seen).toEqual(['a drops', 'a loads'])
    expect(await recorded()).toMatchObject([
      { kind: 'restart-host', status: 'done', outcome: 'a loads it anew' },
    ])
  })

  test('moves everything from a node once another one has it ready', async () => {
    fakes = new FakeNodes(store, V1, { a: 'ready', b: 'ready' })
    await fakes.start(['a'])
    expect(await remediate({ kind: 'drain-node', nodeId: 'a' })).toEqual({
      status: 'done',
      outcome: 'm 2026-01-01 left a',
    })
    await expect.poll(() => fakes.seen).toEqual(['b loads', 'a drops'])
  })

  test('leaves a node alone that nobody can stand in for', async () => {
    fakes = new FakeNodes(store, V1, { a: 'ready' })
    await fakes.start(['a'])
    const end = await remediate({ kind: 'drain-node', nodeId: 'a' })
    expect(end).toMatchObject({
      status: 'refused',
      outcome: expect.stringMatching(/stays on a: every GPU node/),
    })
    expect(fakes.seen).toEqual([])
  })

  test('rolls back only what is being rolled out', async () => {
    fakes = new FakeNodes(store, V1, { a: 'ready' })
    await fakes.start(['a'])
    expect(await remediate({ kind: 'roll-back' })).toEqual({
      status: 'refused',
      outcome: 'no rollout of m 2026-01-01 is under way',
    })
  })

  test('is started by a health check where its policy says so, and not twice in its pause', async () => {
    fakes = new FakeNodes(store, V1, { a: 'failed' })
    await fakes.start(['a'])
    const input: HealthCheckInput = { rules: { failuresToLeave: 2 }, remediation: { policy: 'restart-host' } }
    expect(await check(input)).toMatchObject({ versions: [{ status: 'failing' }], remediations: [] })
    expect(await check(input)).toMatchObject({
      versions: [{ status: 'out' }],
      remediations: [{ kind: 'restart-host', workflowId: 'remediation/m/2026-01-01' }],
    })
    await expect.poll(recorded, { timeout: 30_000 }).toMatchObject([{ status: 'done' }])
    expect(await check(input)).toMatchObject({
      remediations: [{ held: expect.stringMatching(/^the last one was at/) }],
    })
  })

  test('moves away from a node whose GPU is broken although its versions answer', async () => {
    fakes = new FakeNodes(
      store,
      V1,
      { a: 'ready', b: 'ready' },
      { a: { name: 'L4', memoryBytes: 1, uncorrectedErrors: 3 } },
    )
    await fakes.start(['a', 'b'])
    const report = await check({ remediation: { policy: 'none', models: { m: 'drain-node' } } })
    expect(report).toMatchObject({
      versions: [{ status: 'healthy' }],
      remediations: [{ kind: 'drain-node' }],
    })
    await expect.poll(() => fakes.seen, { timeout: 30_000 }).toEqual(['a drops'])
    expect(await recorded()).toMatchObject([{ nodeId: 'a', status: 'done' }])
  })
})
