import { hostedOn, isPlacedOn, liveNodes, type NodesView } from '../../nodes/known-node.ts'
import { gpuProblem, type HealthThresholds, loadProblem } from './thresholds.ts'
import type { BreakerPhase } from '../../routing/route-input.ts'
import { versionReadiness } from '../../nodes/version-readiness.ts'
import type { VersionName } from '../../nodes/node.ts'

/** What a look at a version says, before anything is sent to it. Sentences follow its name. */
export type Finding =
  | { readonly status: 'passed' }
  | { readonly status: 'failed'; readonly reason: string }
  /** Nothing can be said: there is nothing to look at, or it could not be asked. */
  | { readonly status: 'missed'; readonly reason: string }

/** A node that should be moved away from. */
export interface UnwellNode {
  readonly nodeId: string
  readonly reason: string
}

export interface LocalFinding {
  readonly finding: Finding
  /** Nodes that hold it and are not well, whether others can do without them or not. */
  readonly unwellNodes: readonly UnwellNode[]
}

/** Looks at a version that GPU nodes serve. One node that is well is enough. */
export function inspectLocal(view: NodesView, name: VersionName, thresholds: HealthThresholds): LocalFinding {
  // What nobody is to hold was taken back on purpose, or nobody has come up yet.
  if (!view.nodes.some((node) => isPlacedOn(node, name))) {
    return { finding: { status: 'missed', reason: 'no node is to hold it' }, unwellNodes: [] }
  }
  const readiness = versionReadiness(view, name)
  if (!readiness.isReady) {
    // Its name stands before it already.
    const reason = readiness.reason.replace(`${name.model} ${name.version} `, '')
    return { finding: { status: 'failed', reason }, unwellNodes: [] }
  }
  const ready = liveNodes(view).filter((node) => hostedOn(node, name)?.phase === 'ready')
  const judged = ready.map((node) => {
    const { nodeId, gpu } = node.announcement
    const load = hostedOn(node, name)?.load
    const gpuReason = gpu === undefined ? undefined : gpuProblem(gpu, thresholds)
    const loadReason = load === undefined ? undefined : loadProblem(load, thresholds)
    return { nodeId, gpuReason, reason: gpuReason ?? loadReason }
  })
  const unwellNodes = judged.flatMap(({ nodeId, gpuReason }) =>
    gpuReason === undefined ? [] : [{ nodeId, reason: gpuReason }],
  )
  const reasons = judged.flatMap(({ nodeId, reason }) =>
    reason === undefined ? [] : [`${nodeId}: ${reason}`],
  )
  if (reasons.length < judged.length) return { finding: { status: 'passed' }, unwellNodes }
  return { finding: { status: 'failed', reason: `is well on no node: ${reasons.join('; ')}` }, unwellNodes }
}

/** What is known of the way to a vendor. */
export interface CloudSigns {
  /** Whether a worker polls its queue; absent where that cannot be told. */
  readonly hasWorker?: boolean
  readonly breaker: BreakerPhase
}

/** Looks at a version that a vendor serves. A breaker that lets a call through again is no failure. */
export function inspectCloud({ hasWorker, breaker }: CloudSigns): Finding {
  if (hasWorker === undefined)
    return { status: 'missed', reason: 'Temporal does not say whether a worker polls' }
  if (!hasWorker) return { status: 'failed', reason: 'has no worker that polls its queue' }
  if (breaker === 'open') return { status: 'failed', reason: 'failed so often that its endpoint rests' }
  return { status: 'passed' }
}

/** Whether every node that has a version ready is at work for it: what is asked now may have to wait. */
export function isBusyEverywhere(view: NodesView, name: VersionName): boolean {
  const hosted = liveNodes(view).flatMap((node) => hostedOn(node, name) ?? [])
  const ready = hosted.filter(({ phase }) => phase === 'ready')
  return (
    ready.length > 0 &&
    ready.every(({ busySlots, slots, queuedCalls }) => busySlots >= slots || queuedCalls > 0)
  )
}
