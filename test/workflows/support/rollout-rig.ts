import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { ReadRolloutCountsInput, ReadRolloutCountsOutput } from '../../../activities/rollout-counts.ts'
import type { PrepareVersionInput, PrepareVersionOutput } from '../../../activities/versions.ts'
import { changeTraffic } from '../../../domain/traffic/change-traffic.ts'
import type { TrafficCommand } from '../../../domain/traffic/traffic-command.ts'
import { initialTraffic, type TrafficState } from '../../../domain/traffic/traffic-state.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import type { RolloutInput } from '../../../workflows/contract.ts'
import { ensureSearchAttributes } from '../../../workers/process/ensure-search-attributes.ts'
import { createNamespace } from '../../fixtures/namespace.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

/** What the world around a model does; tests change it while a rollout runs. */
export interface FakeModel {
  traffic: TrafficState
  /** Every command that was sent, refused ones included. */
  readonly commands: TrafficCommand[]
  prepare: (input: PrepareVersionInput) => Promise<PrepareVersionOutput>
  counts: (input: ReadRolloutCountsInput) => Promise<ReadRolloutCountsOutput>
  health: () => { readonly isReady: boolean; readonly reason?: string }
  readonly released: string[]
}

/** Bad of units on either arm, all at one weight. */
export interface Arms {
  readonly weight: number
  readonly canary: readonly [bad: number, units: number]
  readonly stable: readonly [bad: number, units: number]
}

/** As good, and enough of it to be promoted. */
export const HEALTHY: Arms = { weight: 0.5, canary: [100, 5000], stable: [100, 5000] }
export const HARMFUL: Arms = { weight: 0.5, canary: [60, 1000], stable: [1, 1000] }
/** As good, and too little to tell. */
export const LITTLE: Arms = { weight: 0.5, canary: [0, 1], stable: [0, 1] }

/** Counts as the activity gives them, the same for every guard; with each reading so much more. */
export function counting({ weight, canary, stable }: Arms): FakeModel['counts'] {
  let readings = 0
  const arm = ([bad, units]: readonly [number, number]) => ({
    units: readings * units,
    badUnits: readings * bad,
    badEvents: readings * bad,
  })
  return ({ guards }) => {
    readings++
    return Promise.resolve({
      watermarkMs: Date.now(),
      counts: guards.map(({ name }) => ({
        guard: name,
        cells: [{ weight, canary: arm(canary), stable: arm(stable) }],
      })),
      recent: { requests: 0, errors: 0, successes: 0, meanResponseMs: 0, failuresInARow: 0 },
    })
  }
}

/** A rollout workflow on a real server, in a world that a test makes up. */
export interface RolloutRig {
  readonly client: Client
  readonly namespace: string
  /** A model with the versions v1, which is stable, v2 and v3. */
  model(changes?: Partial<FakeModel>): { readonly name: string; readonly fake: FakeModel }
  start(input: Partial<RolloutInput> & { readonly model: string }): Promise<WorkflowHandle>
  stop(): Promise<void>
}

export async function startRolloutRig(address: string): Promise<RolloutRig> {
  const models = new Map<string, FakeModel>()
  const namespace = await createNamespace(address)
  const connection = await Connection.connect({ address })
  const native = await NativeConnection.connect({ address })
  await ensureSearchAttributes({ connection: native, namespace })
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: TASK_QUEUES.orchestrator,
    workflowsPath: fileURLToPath(import.meta.resolve('../../../workflows/index.ts')),
    maxHeartbeatThrottleInterval: '1s',
    activities: fakeActivities(models),
  })
  const running = worker.run()
  const client = new Client({ connection, namespace })
  return {
    client,
    namespace,
    model: (changes = {}) => {
      const name = `chat-${randomUUID().slice(0, 8)}`
      const fake: FakeModel = {
        traffic: initialTraffic(name, ['v1', 'v2', 'v3'], Date.now()),
        commands: [],
        prepare: () => Promise.resolve({ status: 'ready' }),
        counts: counting(HEALTHY),
        health: () => ({ isReady: true }),
        released: [],
        ...changes,
      }
      models.set(name, fake)
      return { name, fake }
    },
    start: (input) =>
      client.workflow.start('rollout', {
        taskQueue: TASK_QUEUES.orchestrator,
        workflowId: `any-id-${randomUUID()}`,
        args: [{ ...QUICK, ...input }],
      }),
    stop: async () => {
      worker.shutdown()
      await running
      await native.close()
      await connection.close()
    },
  }
}

/** Steps of a fraction of a second, watched by one guard. */
const QUICK = {
  version: 'v2',
  by: 'ada',
  guards: ['errors'],
  steps: [{ canaryPercent: 5 }, { canaryPercent: 50 }, { canaryPercent: 100 }],
  stepMs: 300,
  readEveryMs: 200,
  keepOldMs: 200,
  deadlineMs: 60_000,
  retryWithinMs: 0,
} as const satisfies Partial<RolloutInput>

function fakeActivities(models: ReadonlyMap<string, FakeModel>) {
  const find = (name: string): FakeModel => {
    const fake = models.get(name)
    if (fake === undefined) throw new Error(`no model ${name}`)
    return fake
  }
  return {
    changeTraffic: ({ model, command }: { readonly model: string; readonly command: TrafficCommand }) => {
      const fake = models.get(model)
      if (fake === undefined)
        return Promise.resolve({ refusal: `there is no model ${model}`, kind: 'command' } as const)
      fake.commands.push(command)
      const { state, refusal } = changeTraffic(fake.traffic, command, Date.now())
      fake.traffic = state
      return Promise.resolve(
        refusal === undefined ? { state } : { refusal: refusal.reason, kind: refusal.kind },
      )
    },
    prepareVersion: (input: PrepareVersionInput) => find(input.model).prepare(input),
    releaseVersion: ({ model, version }: { readonly model: string; readonly version: string }) => {
      find(model).released.push(version)
      return Promise.resolve({ nodes: 1 })
    },
    versionHealth: ({ model }: { readonly model: string }) => Promise.resolve(find(model).health()),
    readRolloutCounts: (input: ReadRolloutCountsInput) => find(input.model).counts(input),
    readRolloutLimits: () => Promise.resolve({}),
  }
}
