import { randomUUID } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { startTrialNode, type TrialNode } from './support/trial-node.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createOptimisationStore } from '../../store/maintenance/optimisations.ts'
import { isAlive } from '../fixtures/process-tree.ts'
import type { OptimisationInput, OptimisationReport } from '../../workflows/contract.ts'
import { optimisationQuery } from '../../workflows/contract.ts'
import { parseCatalog } from '../../workers/catalog/parse-catalog.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

// Processes start slowly on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 600_000 })

const COMMON =
  'id: tiny, endpoint: local, contextWindow: 2048, maxOutputTokens: 256, planning: numbered-lines, ' +
  'price: { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 }'

function catalog(): Catalog {
  return parseCatalog(
    `
endpoints:
  local: { kind: local, concurrency: 1 }
models:
  tiny:
    versions:
      - { version: v1, weights: { uri: "generated:1" }, ${COMMON} }
  slow:
    versions:
      - { version: v1, weights: { uri: "generated:1" }, tuning: { batchTokens: 1 }, ${COMMON} }
      - { version: v2, weights: { uri: "generated:1" }, tuning: { batchTokens: 128 }, ${COMMON} }
  other:
    versions:
      - { version: a, weights: { uri: "generated:1" }, ${COMMON} }
      - { version: b, weights: { uri: "generated:2?layers=6&width=128" }, ${COMMON} }
tasks:
  default: { model: tiny, temperature: 0, maxOutputTokens: 64 }
`,
    { sourceName: 'catalog.yaml' },
  )
}

/** Small enough for a machine that others use, and mostly prompt: what a batch is for. */
const LOAD = { requests: 3, parallel: 1, promptWords: 60, outputTokens: 4, timeLimitMs: 60_000 }

let system: Orchestration
let node: TrialNode
let beat: NodeJS.Timeout

beforeAll(async () => {
  const address = inject('temporalAddress')
  system = await startOrchestration({ address, catalog: catalog(), providers: {} })
  const names = Object.values(catalog().models).flatMap(({ versions }) => versions)
  node = await startTrialNode(system, { address, needs: names })
  beat = setInterval(() => void node.announce(), 2_000)
})
afterAll(async () => {
  clearInterval(beat)
  await node.stop()
  await system.stop()
})

function start(input: OptimisationInput): Promise<WorkflowHandle> {
  return system.client.workflow.start('optimise', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `optimise/${randomUUID()}`,
    args: [input],
  })
}

async function run(input: OptimisationInput): Promise<OptimisationReport> {
  const report: OptimisationReport = await (await start({ rounds: 3, load: LOAD, ...input })).result()
  return report
}

describe('An optimisation on a real local model', () => {
  test('measures before and after, and reverts a batch size that made it worse', async () => {
    const handle = await start({
      model: 'tiny',
      actions: ['batch-size'],
      tries: { batchTokens: [1] },
      rounds: 4,
      load: LOAD,
      by: 'ada',
    })
    const report: OptimisationReport = await handle.result()
    expect(report.outcome).toBe('unchanged')
    const [result] = report.results
    expect(result).toMatchObject({ action: 'batch-size', model: 'tiny', version: 'v1', verdict: 'reverted' })
    expect(result?.proposal).toBeUndefined()
    const [tried] = result?.tried ?? []
    expect(tried).toMatchObject({
      name: 'batchTokens 1',
      figures: [{ name: 'throughput', unit: 'tokens/s' }, {}, {}, {}, {}],
    })
    const [throughput] = tried?.figures ?? []
    expect(throughput?.before).toBeGreaterThan(0)
    expect(throughput?.after).toBeGreaterThan(0)
    expect(throughput?.change?.interval?.from).toBeLessThan(throughput?.change?.share ?? -Infinity)
    expect(throughput?.change?.share).toBeLessThan(0.05)
    // It stands in the store, and nothing of it on the machine.
    const { runId } = await handle.describe()
    const [stored] = await createOptimisationStore(system.database).list({ id: runId })
    expect(stored).toMatchObject({ status: 'completed', by: 'ada', results: [{ verdict: 'reverted' }] })
    expect(node.processIds).toHaveLength(8)
    expect(node.processIds.filter(isAlive)).toEqual([])
    expect(node.account.reservedBytes()).toBe(0)
  })

  test('gives a setting that helped to a rollout where the catalog has it', async () => {
    const report = await run({
      model: 'slow',
      actions: ['batch-size'],
      tries: { batchTokens: [128] },
      rounds: 5,
      apply: true,
    })
    expect(report.outcome).toBe('changed')
    const [result] = report.results
    expect(result).toMatchObject({
      verdict: 'rolling-out',
      tried: [{ outcome: 'better' }],
      proposal: { version: 'v2', command: 'switchyard rollout start slow v2' },
    })
    const rollout = system.client.workflow.getHandle(result?.proposal?.rolloutId ?? '')
    expect((await rollout.describe()).type).toBe('rollout')
    await rollout.terminate('the test has seen it')
  })

  test('of a setting that the catalog does not have says what to add', async () => {
    const input = {
      model: 'slow',
      actions: ['batch-size'],
      tries: { batchTokens: [256] },
      rounds: 5,
    } as const
    const [result] = (await run({ ...input, apply: true })).results
    expect(result).toMatchObject({ verdict: 'proposed', proposal: { version: 'v1-s1-b256' } })
    expect(result?.proposal?.snippet).toContain('tuning: { slots: 1, batchTokens: 256 }')
  })

  test('refuses what does not fit into memory, and goes on', async () => {
    const { results } = await run({
      model: 'tiny',
      actions: ['concurrency', 'statistics'],
      tries: { slots: [1_000] },
    })
    expect(results).toMatchObject([
      {
        action: 'concurrency',
        verdict: 'failed',
        tried: [{ name: 'slots 1000', outcome: 'failed', reason: /it needs about .* MiB are free/ }],
      },
      { action: 'statistics', verdict: expect.stringMatching(/kept|reverted/) },
    ])
  })

  test('compares two files of weights by their likelihood and their speed', async () => {
    const [result] = (await run({ model: 'other', actions: ['quantisation'] })).results
    const [tried] = result?.tried ?? []
    expect(tried?.name).toBe('b')
    expect(tried?.figures.map(({ name }) => name).slice(0, 2)).toEqual(['surprise', 'throughput'])
    const [surprise, throughput] = tried?.figures ?? []
    expect(surprise?.before).toBeGreaterThan(0)
    expect(surprise?.after).not.toBe(surprise?.before)
    // Three times as deep and twice as wide.
    expect(throughput?.after).toBeLessThan(throughput?.before ?? 0)
    expect(result?.verdict).toBe('reverted')
  })

  test('ends its shadow host when it is cancelled', async () => {
    const before = node.processIds.length
    const load = { ...LOAD, requests: 500, outputTokens: 64 }
    const handle = await start({ model: 'tiny', actions: ['concurrency'], rounds: 50, load })
    await expect.poll(() => node.processIds.length, { timeout: 120_000 }).toBeGreaterThan(before)
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow()
    expect(node.processIds.filter(isAlive)).toEqual([])
    const { runId } = await handle.describe()
    const [stored] = await createOptimisationStore(system.database).list({ id: runId })
    expect(stored?.status).toBe('cancelled')
  })
})

describe('An optimisation of the system', () => {
  test('measures, and of a dry run changes nothing', async () => {
    const handle = await start({
      actions: ['idle-unload', 'cache-pruning', 'ledger-roll-up', 'statistics'],
      dryRun: true,
    })
    const report: OptimisationReport = await handle.result()
    expect(report.results.map(({ action, verdict }) => [action, verdict])).toEqual([
      ['idle-unload', 'unchanged'],
      ['cache-pruning', 'unchanged'],
      ['ledger-roll-up', 'unchanged'],
      ['statistics', expect.stringMatching(/proposed|reverted/)],
    ])
    expect(report.results[1]?.reason).toMatch(/objects are stored.*of its disk are free/)
    expect((await handle.query(optimisationQuery)).results).toHaveLength(4)
  })

  test('is refused for a version that is not there', async () => {
    const handle = await start({ model: 'tiny', version: 'v9' })
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'InvalidInput', message: expect.stringContaining('tiny has no v9; it has v1') },
    })
  })
})
