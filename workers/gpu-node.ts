import type { NodeAnnouncement, VersionName } from '../domain/nodes/node.ts'
import type { ServableVersion } from './gpu/engine.ts'
import { type VersionInHold, holdVersion } from './gpu/hold-version.ts'
import { type WorkerSurroundings, sharedWorkerOptions } from './worker-options.ts'
import type { AnnounceNode } from './gpu/announce-node.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { Logger } from 'pino'
import type { ModelProvider } from '../providers/model-provider.ts'
import type { NodeOrders } from '../domain/nodes/node-orders.ts'
import type { RefusedVersion } from '../domain/nodes/assign-node.ts'
import type { ReadMachineMemory } from '../providers/local/machine-memory.ts'
import type { RunningWorker } from './running-worker.ts'
import type { SystemPart } from './process/running-system.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { Worker } from '@temporalio/worker'
import { createModelCallActivities } from '../activities/model-call.ts'
import { createVersionsInHold, type VersionsInHold } from './gpu/versions-in-hold.ts'
import { isSameVersion } from '../domain/nodes/known-node.ts'
import { logVersionEvent } from './gpu/log-version-event.ts'
import { loggedError } from './telemetry.ts'
import { runWorker } from './running-worker.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AnnounceLoop, startAnnouncing } from './gpu/announce-loop.ts'
import { unknownVersion } from './gpu/unknown-version.ts'

export interface GpuNodeParts extends WorkerSurroundings {
  readonly nodeId: string
  /** What this node can hold. */
  readonly versions: readonly ServableVersion[]
  readonly contents: ContentStore
  readonly logger: Logger
  readonly announce: AnnounceNode
  readonly readMemory: ReadMachineMemory
  /** What versions may take together, in bytes. Absent: what the machine has. */
  readonly memoryLimitBytes?: number
  /** What trials on this node take, in bytes: nothing is placed there. Default: nothing. */
  readonly trialBytes?: () => number
  /** Hears what a version is doing, as a line for people. */
  readonly onProgress: (line: string) => void
}

export interface GpuNode extends SystemPart {
  /**
   * Resolves when every version that the node was first told to hold serves, and the orchestrators know; rejects when
   * one cannot be started at its first try.
   */
  readonly firstServing: Promise<void>
  /** What is free now, without what its versions are about to take, in bytes. */
  availableBytes(): Promise<number>
  /** Stops polling, lets running calls end, then unloads. */
  stop(): Promise<void>
}

/** After calls were cut off at the end of their time: the worker has force time of its own beyond. */
const REPORTING_MARGIN_MS = 20_000

/**
 * Holds what the orchestrators place on this node: it announces itself and brings what it holds to what the answer says.
 * Nothing else tells it anything, so nothing is lost when either side dies.
 */
export function startGpuNode(parts: GpuNodeParts): GpuNode {
  const { nodeId, logger, shutdownGraceMs, trialBytes = () => 0 } = parts
  const startedAtMs = Date.now()
  let state: 'joining' | 'joined' | 'displaced' | 'stopping' | 'stopped' = 'joining'
  const first = Promise.withResolvers<NodeOrders>()
  const refusals = createRefusalLog(logger)
  const held = createVersionsInHold(
    (name) => hold(name, parts, { onChange: () => announcing.nudge(), heldBytes: () => heldBytes() }),
    () => announcing.nudge(),
  )
  const heldBytes = (): number =>
    held.list().reduce((sum, version) => sum + (version.describe().memoryBytes ?? 0), 0)

  const announcing = startAnnouncing({
    announce: parts.announce,
    pause: pauseUnlessAborted,
    describe: async () => {
      const isStopping = state === 'stopping'
      return {
        ...(await describeNode(parts, held.list(), heldBytes() + trialBytes())),
        startedAtMs,
        ...(isStopping ? { isStopping } : {}),
      }
    },
    onOrders: (orders) => {
      first.resolve(orders)
      if (orders.status === 'accepted') refusals.tell(orders.refused)
      if (state === 'stopping') return
      if (orders.status === 'accepted') held.follow(orders.wanted)
      else if (state !== 'displaced') logger.error(displacedMessage(nodeId))
      state = orders.status === 'accepted' ? 'joined' : 'displaced'
    },
    onSilence: (error) =>
      logger.warn({ nodeId, error: loggedError(error) }, 'no orchestrator heard this node'),
  })
  const firstServing = serveFirst(first.promise, held, announcing, nodeId)
  firstServing.catch(() => {})
  return {
    readiness: () => [
      { part: `node.${nodeId}`, isReady: state === 'joined', state },
      ...held.list().map((version) => version.readiness()),
    ],
    firstServing,
    availableBytes: async () => {
      const { freeMemoryBytes } = await parts.readMemory(heldBytes() + trialBytes())
      return Math.max(0, freeMemoryBytes - (await bytesToCome(parts.versions, held.list())))
    },
    stop: async () => {
      state = 'stopping'
      announcing.nudge()
      await held.stop(shutdownGraceMs)
      await announcing.stop()
      state = 'stopped'
    },
  }
}

/** What versions will take that have not begun to take it. */
async function bytesToCome(
  versions: readonly ServableVersion[],
  held: readonly VersionInHold[],
): Promise<number> {
  const coming = versions.filter((version) =>
    held.some((other) => isSameVersion(other, version) && other.describe().memoryBytes === undefined),
  )
  const needs = await Promise.all(coming.map((version) => version.memoryNeed()))
  return needs.reduce<number>((sum, need = 0) => sum + need, 0)
}

/** Says once what the node has no room for: the orchestrators say it with every answer. */
function createRefusalLog(logger: Logger) {
  let told = ''
  return {
    tell: (refused: readonly RefusedVersion[]): void => {
      const text = refused.map(({ reason }) => reason).join('; ')
      if (text !== '' && text !== told) logger.warn(text)
      told = text
    },
  }
}

async function serveFirst(
  firstOrders: Promise<NodeOrders>,
  held: VersionsInHold,
  announcing: AnnounceLoop,
  nodeId: string,
): Promise<void> {
  const orders = await firstOrders
  if (orders.status === 'displaced') throw new Error(displacedMessage(nodeId))
  // The first of what it cannot hold is reason enough.
  const [refused] = orders.refused
  if (refused !== undefined) throw new Error(refused.reason)
  await Promise.all(held.list().map((version) => version.firstServing))
  await announcing.announced()
}

function displacedMessage(nodeId: string): string {
  return `another process announces itself as the node ${nodeId}; give each a SWITCHYARD_NODE_ID of its own`
}

async function describeNode(
  { nodeId, versions, readMemory }: GpuNodeParts,
  held: readonly VersionInHold[],
  heldBytes: number,
): Promise<Omit<NodeAnnouncement, 'startedAtMs'>> {
  const [memory, needs] = await Promise.all([
    readMemory(heldBytes),
    Promise.all(versions.map((version) => version.memoryNeed())),
  ])
  return {
    nodeId,
    ...memory,
    versions: held.map((version) => version.describe()),
    needs: versions.flatMap(({ model, version }, index) => {
      const memoryBytes = needs[index]
      return memoryBytes === undefined ? [] : [{ model, version, memoryBytes }]
    }),
  }
}

function hold(
  name: VersionName,
  parts: GpuNodeParts,
  node: { readonly onChange: () => void; readonly heldBytes: () => number },
): VersionInHold {
  const { memoryLimitBytes } = parts
  const version = parts.versions.find((other) => isSameVersion(other, name))
  if (version === undefined) return unknownVersion(name)
  return holdVersion({
    version,
    startPolling: (_version, provider) => startPolling(version, provider, parts),
    pause: pauseUnlessAborted,
    ...(memoryLimitBytes === undefined
      ? {}
      : { availableMemoryBytes: () => Math.max(0, memoryLimitBytes - node.heldBytes()) }),
    onChange: (phase) => {
      parts.onProgress(`${name.model} ${name.version}: ${phase}`)
      node.onChange()
    },
    onEvent: (event) => logVersionEvent(parts.logger, name, event),
  })
}

/** A version may be taken from a node while it serves: its calls get all the time that one may take. */
async function startPolling(
  { model, version, endpoint, slots, callTimeoutMs }: ServableVersion,
  provider: ModelProvider,
  parts: GpuNodeParts,
): Promise<RunningWorker> {
  const graceMs = Math.max(parts.shutdownGraceMs, callTimeoutMs + REPORTING_MARGIN_MS)
  const worker = await Worker.create({
    ...sharedWorkerOptions({ ...parts, shutdownGraceMs: graceMs }),
    taskQueue: TASK_QUEUES.model(model, version),
    activities: createModelCallActivities({
      providerFor: (asked) => (asked === endpoint ? provider : undefined),
      contents: parts.contents,
    }),
    maxConcurrentActivityTaskExecutions: slots,
  })
  return runWorker(worker)
}

function pauseUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => {})
}
