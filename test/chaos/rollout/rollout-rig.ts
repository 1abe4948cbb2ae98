import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { createSwitchyard, type Switchyard } from '../../../client/switchyard.ts'
import { createTarget, type Supervised, supervise, type Target } from '../storm/supervise.ts'
import type { DatabaseLocation } from '../../../store/database.ts'
import { modelWorkflowId, TASK_QUEUES } from '../../../domain/ids.ts'
import { recordPublishedShares } from './published-shares.ts'
import { rolloutCatalog } from './rollout-catalog.ts'
import type { RolloutInput } from '../../../workflows/rollout-contract.ts'
import type { RolloutReport } from '../../../domain/rollout/report/rollout-report.ts'
import type { RolloutState } from '../../../domain/rollout/state.ts'
import { startNode } from '../support/child-process.ts'
import { startTemporalProcess } from '../support/temporal-process.ts'
import { type TinyVersion, writeWeights } from './tiny-versions.ts'
import type { TrafficState } from '../../../domain/traffic/traffic-state.ts'

/** Everything that a rollout needs, each part a process of its own that is started again when it ends. */
export interface RolloutRig extends AsyncDisposable {
  readonly switchyard: Switchyard
  readonly client: Client
  readonly database: DatabaseLocation
  readonly orchestrator: Supervised
  readonly nodes: readonly Supervised[]
  readonly temporal: Target
  startRollout(workflowId: string, input: RolloutInput): Promise<WorkflowHandle<RolloutWorkflow>>
  /** The rollout as it stands; `undefined` while nobody answers. */
  rollout(workflowId: string): Promise<RolloutState | undefined>
  /** How a model's traffic is shared now; `undefined` while nobody answers. */
  traffic(model: string): Promise<TrafficState | undefined>
  /** Leaves the logs where they are, and says where. */
  keep(): Promise<string>
}

export type RolloutWorkflow = (input: RolloutInput) => Promise<RolloutReport>

export interface RolloutRigOptions {
  /** Versions that are loaded, the stable one first. */
  readonly loaded: readonly TinyVersion[]
  /** Versions at a server that knows no grammar. */
  readonly loose?: readonly TinyVersion[]
  readonly nodeIds: readonly string[]
  /** PostgreSQL; absent: the embedded database. */
  readonly databaseUrl?: string
}

/** Starts a Temporal server, an orchestrator and GPU nodes; returns when the stable version is served. */
export async function startRolloutRig(options: RolloutRigOptions): Promise<RolloutRig> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-rollout-'))
  let isKept = false
  stack.defer(() => (isKept ? undefined : rm(folder, { recursive: true, force: true, maxRetries: 5 })))
  const catalogPath = await writeCatalog(stack, folder, options)
  const database = await prepareDatabase(folder, options.databaseUrl)
  const temporalProcess = await startTemporalProcess(folder)
  stack.defer(() => temporalProcess.stop())
  const variables = {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
    TEMPORAL_ADDRESS: temporalProcess.address,
    ...('databaseUrl' in database ? { DATABASE_URL: database.databaseUrl } : {}),
  }
  const workers = startWorkers(stack, variables, options.nodeIds)
  const temporal = createTarget(async () => {
    const killed = await temporalProcess.kill()
    return () => killed.restart()
  })
  // Before the server is stopped: it must not come back behind the stop.
  stack.defer(() => temporal.isBack().catch(() => {}))
  const clients = await connectClients(stack, temporalProcess.address, join(folder, 'content'))
  await Promise.all([workers.orchestrator, ...workers.nodes].map((worker) => worker.isBack()))
  const owned = stack.move()
  return {
    ...clients,
    ...workers,
    database,
    temporal,
    keep: async () => {
      isKept = true
      const logs = [workers.orchestrator, ...workers.nodes].map((worker) => worker.output())
      await writeFile(join(folder, 'workers.log'), logs.join('\n\n'))
      return join(folder, 'workers.log')
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function writeCatalog(
  stack: AsyncDisposableStack,
  folder: string,
  { loaded, loose = [] }: RolloutRigOptions,
): Promise<string> {
  const weights = await Promise.all(
    loaded.map(async (version) => [version, await writeWeights(folder, version)] as const),
  )
  const attached = await Promise.all(
    loose.map(async (version) => [version, await startLooseServer(stack, folder, version)] as const),
  )
  const path = join(folder, 'catalog.yaml')
  const versions = { weights: Object.fromEntries(weights), attached: Object.fromEntries(attached) }
  await writeFile(path, rolloutCatalog(versions))
  return path
}

async function startLooseServer(
  stack: AsyncDisposableStack,
  folder: string,
  version: TinyVersion,
): Promise<string> {
  const { path } = await writeWeights(folder, version)
  const server = startNode('test/chaos/rollout/loose-server.ts', [path, `tiny-${version}`])
  stack.defer(async () => {
    if (!server.hasEnded()) await server.end('SIGKILL')
  })
  await server.hasSaid('}')
  const { port }: { port: number } = JSON.parse(server.output())
  return `http://127.0.0.1:${port}/v1`
}

async function prepareDatabase(folder: string, databaseUrl?: string): Promise<DatabaseLocation> {
  const dataDir = join(folder, 'database')
  await mkdir(dataDir)
  const location = databaseUrl === undefined ? { dataDir } : { databaseUrl }
  await recordPublishedShares(location)
  return location
}

function startWorkers(
  stack: AsyncDisposableStack,
  variables: Readonly<Record<string, string>>,
  nodeIds: readonly string[],
): Pick<RolloutRig, 'orchestrator' | 'nodes'> {
  const orchestrator = supervise({
    name: 'orchestrator',
    servingWords: 'the orchestrator polls',
    start: () => startNode('workers/orchestrator-main.ts', [], variables),
  })
  const nodes = nodeIds.map((nodeId) =>
    supervise({
      name: nodeId,
      servingWords: 'version serving-began',
      start: () => startNode('workers/gpu-node-main.ts', [], { ...variables, SWITCHYARD_NODE_ID: nodeId }),
    }),
  )
  for (const worker of [orchestrator, ...nodes]) stack.defer(async () => void (await worker.stop('SIGKILL')))
  return { orchestrator, nodes }
}

async function connectClients(
  stack: AsyncDisposableStack,
  address: string,
  contentDir: string,
): Promise<Pick<RolloutRig, 'switchyard' | 'client' | 'startRollout' | 'rollout' | 'traffic'>> {
  const switchyard = await createSwitchyard({ address, namespace: 'default', contentDir })
  stack.defer(() => switchyard.close())
  const connection = await Connection.connect({ address })
  stack.defer(() => connection.close())
  const client = new Client({ connection })
  const ask = async <Answer>(workflowId: string, query: string): Promise<Answer | undefined> => {
    try {
      const answer: Answer | null = await connection.withDeadline(Date.now() + QUERY_TIMEOUT_MS, () =>
        client.workflow.getHandle(workflowId).query<Answer | null>(query),
      )
      return answer ?? undefined
    } catch {
      return undefined
    }
  }
  return {
    switchyard,
    client,
    startRollout: (workflowId, input) =>
      client.workflow.start<RolloutWorkflow>('rollout', {
        workflowId,
        taskQueue: TASK_QUEUES.orchestrator,
        args: [input],
      }),
    rollout: (workflowId) => ask<RolloutState>(workflowId, 'rollout'),
    traffic: (model) => ask<TrafficState>(modelWorkflowId(model), 'traffic'),
  }
}

/** Of a query that nobody is there to answer. */
const QUERY_TIMEOUT_MS = 5_000
