import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { createNamespace } from '../../fixtures/namespace.ts'
import { createSwitchyard, type Switchyard } from '../../../client/switchyard.ts'
import type { ListedNode, ListedVersion } from '../../../domain/nodes/node-list.ts'
import { type NodeProcess, startNode } from './child-process.ts'
import type { PrepareVersionInput, PrepareVersionOutput } from '../../../activities/versions.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { until } from './until.ts'

/** An orchestrator and GPU nodes, each a process of its own. */
export interface GpuRig extends AsyncDisposable {
  readonly switchyard: Switchyard
  startGpuNode(nodeId: string, variables?: Readonly<Record<string, string>>): NodeProcess
  /** Waits until a node is as it should be. */
  hasNode(nodeId: string, isAsWanted: (node: ListedNode) => boolean): Promise<ListedNode>
  prepare(input: Omit<PrepareVersionInput, 'by'>): Promise<PrepareVersionOutput>
  release(model: string, version: string): Promise<void>
  /** Waits until so many of the calls have been taken by a node and not ended. */
  areRunning(count: number, requestIds: readonly string[]): Promise<void>
  /** Which processes made the calls of an operation that ended, by their ids. */
  processesOf(requestId: string): Promise<readonly number[]>
}

export interface GpuRigOptions {
  readonly address: string
  /** YAML. */
  readonly catalog: string
}

const PATIENCE = { timeoutMs: 90_000, intervalMs: 200 } as const

export async function startGpuRig({ address, catalog }: GpuRigOptions): Promise<GpuRig> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-nodes-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const namespace = await createNamespace(address)
  const catalogPath = join(folder, 'catalog.yaml')
  await writeFile(catalogPath, catalog)
  const common = {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  }
  const start = (kind: string, variables: Readonly<Record<string, string>>): NodeProcess => {
    const child = startNode(`workers/${kind}-main.ts`, [], { ...common, ...variables })
    owned.defer(async () => {
      if (!child.hasEnded()) await child.end('SIGKILL')
    })
    return child
  }
  const switchyard = await createSwitchyard({ address, namespace, contentDir: join(folder, 'content') })
  stack.defer(() => switchyard.close())
  const connection = await Connection.connect({ address })
  stack.defer(() => connection.close())
  const owned = stack.move()
  const orchestrator = start('orchestrator', {})
  await orchestrator.hasSaid('the orchestrator polls')
  return {
    switchyard,
    ...createQuestions(new Client({ connection, namespace }), switchyard),
    startGpuNode: (nodeId, variables = {}) =>
      start('gpu-node', { SWITCHYARD_NODE_ID: nodeId, SWITCHYARD_SHUTDOWN_GRACE_MS: '5000', ...variables }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Whether a version stands in a phase on a node. */
export function isIn(
  phase: ListedVersion['phase'],
  model: string,
  version = 'v1',
): (node: ListedNode) => boolean {
  return ({ versions }) =>
    versions.some((other) => other.model === model && other.version === version && other.phase === phase)
}

type Questions = Pick<GpuRig, 'hasNode' | 'prepare' | 'release' | 'areRunning' | 'processesOf'>

function createQuestions(client: Client, switchyard: Switchyard): Questions {
  const execute = <Result>(activity: string, input: object): Promise<Result> =>
    client.activity.execute<Result>(activity, {
      id: `test/${crypto.randomUUID()}`,
      taskQueue: TASK_QUEUES.orchestrator,
      args: [input],
      startToCloseTimeout: '2m',
      heartbeatTimeout: '30s',
    })
  return {
    hasNode: (nodeId, isAsWanted) =>
      until(
        `the node ${nodeId} is as it should be`,
        async () => {
          const { nodes } = await switchyard.nodes()
          return nodes.find((node) => node.nodeId === nodeId && isAsWanted(node))
        },
        PATIENCE,
      ),
    prepare: (input) => execute('prepareVersion', { ...input, by: 'test' }),
    release: async (model, version) => {
      await execute('releaseVersion', { model, version })
    },
    areRunning: async (count, requestIds) => {
      await until(
        `${count} calls are running`,
        async () => {
          const states = await Promise.all(requestIds.map((requestId) => isRunning(client, requestId)))
          return states.filter(Boolean).length >= count ? true : undefined
        },
        PATIENCE,
      )
    },
    processesOf: async (requestId) => {
      const history = await client.workflow.getHandle(`call/default/${requestId}`).fetchHistory()
      return (history.events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) => {
        const found = /^switchyard-gpu-node@.*#(\d+)$/.exec(started?.identity ?? '')
        return found === null ? [] : [Number(found[1])]
      })
    },
  }
}

/** Temporal's number for activities that a worker has taken. */
const STARTED = 2

async function isRunning(client: Client, requestId: string): Promise<boolean> {
  try {
    const { raw } = await client.workflow.getHandle(`call/default/${requestId}`).describe()
    return (raw.pendingActivities ?? []).some(({ state }) => Number(state) === STARTED)
  } catch (error) {
    // It is being started.
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}
