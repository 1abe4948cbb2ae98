import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { eq } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import { createRoutingTable } from '../../store/routing/routing-table.ts'
import { createScriptedProvider } from '../fixtures/scripted-provider.ts'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import type { ExperimentRequest } from '../../domain/experiments/experiment-request.ts'
import { experimentQuery, type ExperimentResult } from '../../workflows/contract.ts'
import { experimentWorkflowId, TASK_QUEUES } from '../../domain/ids.ts'
import { failureOf } from '../fixtures/failure-of.ts'
import { operations } from '../../store/schema.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import { twoVersions } from '../fixtures/two-versions.ts'

/** Its second version refuses everything, as does whoever is told to be cold. */
const provider = createScriptedProvider('model', ({ messages, providerModel }) => {
  const [first] = messages
  const system = first?.role === 'system' ? JSON.stringify(first.parts) : ''
  const isRefused = providerModel === 'model-v2' || system.includes('Be cold.')
  return isRefused ? { finishReason: 'refusal', refusal: 'no', content: '' } : 'an answer'
})

const QUICK = { lookEveryMs: 300, minUnitsPerVariant: 20 } as const

const COLD_OR_WARM: Omit<Extract<ExperimentRequest, { kind: 'prompts' }>, 'id'> = {
  kind: 'prompts',
  metric: 'answered-well',
  variants: [
    { name: 'cold', systemPrompt: 'Be cold.' },
    { name: 'warm', systemPrompt: `Be warm. ${'Really. '.repeat(300)}`, settings: { temperature: 0.3 } },
  ],
  ...QUICK,
}

let system: Orchestration
let switchyard: Switchyard

beforeAll(async () => {
  const address = inject('temporalAddress')
  system = await startOrchestration({ address, catalog: twoVersions(), providers: { model: provider } })
  const { namespace, contents } = system
  switchyard = await createSwitchyard({ address, namespace, contents })
})
afterAll(async () => {
  await switchyard.close()
  await system.stop()
})

/** The caches of admission are a second old at most. */
const untilSeen = () => new Promise((resolve) => setTimeout(resolve, 1100))

const BATCH = 20

/** Sends requests of different users until the experiment has ended. */
async function serveUntilDecided(id: string, request: object): Promise<ExperimentResult> {
  const handle = system.client.workflow.getHandle(experimentWorkflowId(id))
  for (let batch = 0; ; batch++) {
    // oxlint-disable-next-line no-await-in-loop -- as traffic comes
    const state = await handle.query(experimentQuery)
    if (state?.end !== undefined) break
    if (batch > 20) throw new Error(`undecided after ${batch} batches: ${JSON.stringify(state?.report)}`)
    const calls = Array.from({ length: BATCH }, (_, index) =>
      switchyard.call({ prompt: 'Hello', ...request }, { user: `${id}-${batch}-${index}` }),
    )
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(calls)
  }
  const result: ExperimentResult = await handle.result()
  return result
}

/** Runs a workflow again from its first task. */
async function resetToStart(workflowId: string): Promise<void> {
  const handle = system.client.workflow.getHandle(workflowId)
  const { events } = await handle.fetchHistory()
  const firstDecision = events?.find(({ workflowTaskCompletedEventAttributes: completed }) => completed)
  await system.client.workflowService.resetWorkflowExecution({
    namespace: system.namespace,
    workflowExecution: { workflowId, runId: (await handle.describe()).runId },
    reason: 'a test',
    requestId: randomUUID(),
    ...(firstDecision?.eventId ? { workflowTaskFinishEventId: firstDecision.eventId } : {}),
  })
}

describe('an experiment with prompts', { timeout: 180_000 }, () => {
  test('gives each user one variant, finds the better one, and ends', async () => {
    const started = await switchyard.startExperiment({ id: 'tone', ...COLD_OR_WARM }, { by: 'ada' })
    expect(started).toMatchObject({ by: 'ada' })
    await untilSeen()
    const { verdict, state } = await serveUntilDecided('tone', { experiment: 'tone', system: 'Be yourself.' })
    expect(verdict).toEqual({ kind: 'winner', variant: 'warm' })
    expect(state.end?.reason).toBe('decided')
    expect(state.report?.sampleRatio.isSuspicious).toBe(false)
    const seen = new Set(
      provider.requests.map(({ messages }) => messages.filter(({ role }) => role === 'system').length),
    )
    expect(seen).toEqual(new Set([1]))
    // It may end in the middle of the last batch, the rest of which is sent as it was asked for.
    expect(JSON.stringify(provider.requests.slice(0, -BATCH))).not.toContain('Be yourself.')
    expect(await switchyard.experiment('tone')).toMatchObject({
      isActive: false,
      state: { end: { reason: 'decided' } },
    })
  })

  test('stamps each decision, and sends the same request after a reset and after its end', async () => {
    const stamped = { id: 'stamped', ...COLD_OR_WARM, lookEveryMs: 600_000 }
    expect(await switchyard.startExperiment(stamped, { by: 'ada' })).toMatchObject({ by: 'ada', looks: 0 })
    const call = await switchyard.startCall(
      { prompt: 'Hi', experiment: 'stamped' },
      { requestId: 'stamped-1', user: 'bob' },
    )
    await call.result()
    const decisionOf = async () => {
      const rows = await system.database.queries
        .select({ decision: operations.decision })
        .from(operations)
        .where(eq(operations.operationId, call.workflowId))
      return rows[0]?.decision
    }
    const stamp = { id: 'stamped', variant: expect.stringMatching(/cold|warm/), key: 'user:default/bob' }
    expect(await decisionOf()).toMatchObject({ experiment: stamp })
    expect((await switchyard.stopExperiment('stamped', { by: 'ada', comment: 'enough' })).end).toMatchObject({
      reason: 'stopped',
      by: 'ada',
    })
    await expect(switchyard.extendExperiment('stamped', { by: 'ada', units: 5 })).rejects.toThrow(
      /is over|is not there/,
    )
    const requests = provider.requests.length
    await resetToStart(call.workflowId)
    const again = system.client.workflow.getHandle(call.workflowId)
    expect(await again.result()).toMatchObject({ model: 'model' })
    // The operation had ended: its answer is given again, because the request is the same.
    expect(provider.requests).toHaveLength(requests)
  })

  test('that is over leaves requests as they are, and feedback about them is kept', async () => {
    const { attempts } = await switchyard.call(
      { prompt: 'Hello', system: 'Be yourself.', experiment: 'tone' },
      { requestId: 'later', user: 'late' },
    )
    expect(attempts).toHaveLength(1)
    expect(JSON.stringify(provider.requests.at(-1))).toContain('Be yourself.')
    const operationId = 'call/default/later'
    expect(await switchyard.recordFeedback({ operationId, verdict: 'good' })).toMatchObject({
      verdict: 'good',
    })
    expect(await switchyard.recordFeedback({ operationId, verdict: 'bad', score: 0.1 })).toMatchObject({
      score: 0.1,
    })
    await expect(
      switchyard.recordFeedback({ operationId: 'call/default/no', verdict: 'bad' }),
    ).rejects.toThrow(/there is no operation call\/default\/no/)
  })

  test('refuses what cannot be, with a sentence', async () => {
    const again = await system.client.workflow.start('experiment', {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId: 'from-the-ui',
      args: [{ id: 'tone', ...COLD_OR_WARM }],
    })
    expect((await failureOf(again.result())).message).toMatch(
      /tone is the id of an experiment that experiment\/tone has run/,
    )
    await expect(switchyard.call({ prompt: 'Hi', experiment: 'nothing' })).rejects.toThrow(
      /there is no experiment nothing/,
    )
    await expect(
      switchyard.call({ prompt: 'Hi', experiment: 'tone', strategy: { kind: 'race', copies: 2 } }),
    ).rejects.toThrow(/several models cannot be part of an experiment/)
    await expect(switchyard.stopExperiment('nothing', { by: 'ada' })).rejects.toThrow(
      /there is no experiment nothing/,
    )
  })
})

describe('an experiment with versions of a model', { timeout: 180_000 }, () => {
  const VERSIONS: Omit<Extract<ExperimentRequest, { kind: 'model-versions' }>, 'id'> = {
    kind: 'model-versions',
    model: 'model',
    metric: 'answered-well',
    variants: [{ name: 'v1' }, { name: 'v2' }],
    ...QUICK,
  }

  test('shares the traffic, finds the better one, and gives all of it back to the stable version', async () => {
    const request = { id: 'versions', ...VERSIONS }
    // Over several runs: they hold the same lease.
    const options = { by: 'ada', leaseMs: 60_000, wakesPerRun: 3 }
    const { trafficEpoch } = await switchyard.startExperiment(request, options)
    expect(trafficEpoch).toBeGreaterThan(0)
    await expect(switchyard.startExperiment({ id: 'second', ...VERSIONS })).rejects.toThrow(/one at a time/)
    await untilSeen()
    const { verdict, state } = await serveUntilDecided('versions', { model: 'model' })
    expect(verdict).toEqual({ kind: 'winner', variant: 'v1' })
    expect(state.report?.variants.map(({ mean }) => mean)).toEqual([1, 0])
    expect(state.looks).toBeGreaterThan(3)
    const snapshot = await createRoutingTable(system.database).find('model')
    expect(snapshot).toMatchObject({ stableVersion: 'v1', arms: [{ version: 'v1', percent: 100 }] })
    const [traffic] = await switchyard.traffic({ model: 'model' })
    expect(traffic?.state?.lease).toBeUndefined()
  })

  test('that is cancelled gives the traffic back', async () => {
    await switchyard.startExperiment({ id: 'cancelled', ...VERSIONS, lookEveryMs: 600_000 })
    const handle = system.client.workflow.getHandle(experimentWorkflowId('cancelled'))
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow()
    expect((await createRoutingTable(system.database).find('model'))?.arms).toEqual([
      { version: 'v1', percent: 100 },
    ])
    expect(await switchyard.experiment('cancelled')).toMatchObject({
      isActive: false,
      state: { end: { by: 'a cancellation' } },
    })
  })

  test('that is terminated loses its lease, and the shares return', async () => {
    await switchyard.startExperiment({ id: 'lost', ...VERSIONS, lookEveryMs: 600_000 }, { leaseMs: 4000 })
    const handle = system.client.workflow.getHandle(experimentWorkflowId('lost'))
    const armsOf = async () => (await createRoutingTable(system.database).find('model'))?.arms.length
    expect(await armsOf()).toBe(2)
    await handle.terminate('a test')
    await expect.poll(armsOf, { timeout: 30_000 }).toBe(1)
    const isActive = async () => (await switchyard.experiment('lost')).isActive
    await expect.poll(isActive, { timeout: 30_000 }).toBe(false)
  })

  test('is refused with a sentence where it cannot be', async () => {
    const unknown = { id: 'a', ...VERSIONS, model: 'nobody' }
    await expect(switchyard.startExperiment(unknown)).rejects.toThrow(/there is no model nobody/)
    await expect(
      switchyard.startExperiment({ id: 'b', ...VERSIONS, variants: [{ name: 'v2' }, { name: 'v3' }] }),
    ).rejects.toThrow(/one of the variants must be v1, the stable version of model/)
    await expect(
      switchyard.startExperiment({ id: 'c', ...VERSIONS, variants: [{ name: 'v1' }, { name: 'v9' }] }),
    ).rejects.toThrow(/model has no version v9/)
    await expect(
      switchyard.startExperiment({
        id: 'd',
        ...VERSIONS,
        variants: [{ name: 'v1', sharePercent: 150 }, { name: 'v2' }],
      }),
    ).rejects.toThrow(/at most 99.9/)
  })
})
