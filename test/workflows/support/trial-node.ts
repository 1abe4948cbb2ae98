import { createMemoryAccount, type MemoryAccount } from '../../../providers/local/trial/shadow-host.ts'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createNodeStore } from '../../../store/routing/nodes.ts'
import { createTrialActivities, type TrialHosts } from '../../../activities/optimisation/trials.ts'
import { createTrialHosts } from '../../../workers/gpu/trial-hosts.ts'
import { ensureWeights } from '../../../tools/demo-weights.ts'
import { join } from 'node:path'
import { mkdtemp, rm } from 'node:fs/promises'
import type { ModelHost } from '../../../providers/local/model-host.ts'
import type { Orchestration } from '../../fixtures/orchestration.ts'
import { startModelHost } from '../../../providers/local/host-client.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { tmpdir } from 'node:os'

const NODE_ID = 'trials'

/** A GPU node that holds no version and tries what it is asked to. */
export interface TrialNode {
  /** The ids of all shadow hosts that it ever started. */
  readonly processIds: readonly number[]
  readonly account: MemoryAccount
  /** The node tells of itself, as every few seconds. */
  announce(): Promise<void>
  stop(): Promise<void>
}

export interface TrialNodeOptions {
  readonly address: string
  /** `model version` of what it has the weights of. */
  readonly needs: readonly { readonly model: string; readonly version: string }[]
  /** What shadow hosts may take; default 1 GiB. */
  readonly freeBytes?: number
  /** Instead of real ones. */
  readonly hosts?: TrialHosts
}

/** Starts one in this process, beside an orchestration. */
export async function startTrialNode(
  { namespace, database }: Orchestration,
  { address, needs, freeBytes = 2 ** 30, hosts }: TrialNodeOptions,
): Promise<TrialNode> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'trial-weights-'))
  const processIds: number[] = []
  const account = createMemoryAccount()
  const real = createTrialHosts({
    ensureWeights: (source) => ensureWeights(source, { cacheDir, onProgress: () => {} }),
    startHost: async (options): Promise<ModelHost> => {
      const host = await startModelHost({ ...options, gpu: false })
      processIds.push(host.status().processId ?? 0)
      return host
    },
    availableBytes: async () => freeBytes,
    account,
  })
  const connection = await NativeConnection.connect({ address })
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUES.node(NODE_ID),
    activities: createTrialActivities({ hosts: hosts ?? real }),
    shutdownGraceTime: 0,
  })
  const running = worker.run()
  const nodes = createNodeStore(database)
  const startedAtMs = Date.now()
  const announce = async (): Promise<void> => {
    const announcement = {
      nodeId: NODE_ID,
      startedAtMs,
      memoryBytes: freeBytes,
      freeMemoryBytes: freeBytes,
      versions: [],
      needs: needs.map((name) => ({ ...name, memoryBytes: 2 ** 20 })),
    }
    await nodes.announce(announcement, () => ({ add: [], remove: [], refused: [] }))
  }
  await announce()
  return {
    processIds,
    account,
    announce,
    stop: async () => {
      worker.shutdown()
      await running
      await connection.close()
      await rm(cacheDir, { recursive: true, force: true })
    },
  }
}
