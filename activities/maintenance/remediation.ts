import { Context } from '@temporalio/activity'
import { hostedOn, isPlacedOn, liveNodes, type NodesView } from '../../domain/nodes/known-node.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import type {
  RemediationBook,
  RemediationClaim,
  RemediationRequest,
} from '../../store/maintenance/remediations.ts'
import type { RemediationLimits, RemediationStatus } from '../../domain/maintenance/health/remediation.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'
import type { VersionName } from '../../domain/nodes/node.ts'

export interface RemediationActivityDeps {
  readonly nodes: Pick<NodeStore, 'read' | 'place' | 'withdraw' | 'giveBack'>
  readonly remediations: RemediationBook
  /** What the entity of a model says; nothing where it does not run or does not answer. */
  readonly queryTraffic: (model: string) => Promise<TrafficState | undefined>
  /** Tells a rollout to go back. The answer says why it does not, where it does not. */
  readonly abortRollout: (order: RolloutAbort) => Promise<{ readonly refusal?: string }>
  /** Between two looks at the nodes, in milliseconds. Default one second. */
  readonly pollMs?: number
}

export interface RolloutAbort {
  /** The workflow id of the rollout. */
  readonly rolloutId: string
  readonly by: string
  readonly comment: string
  /** The same order is taken once. */
  readonly requestId: string
}

/** How something that was tried ended; `outcome` is a sentence for people. */
export interface RemediationEnd {
  readonly status: Exclude<RemediationStatus, 'started'>
  readonly outcome: string
}

export interface ClaimRemediationInput extends RemediationRequest {
  readonly limits: RemediationLimits
}

const POLL_MS = 1_000

/** What may be done by itself about a version that is not well. Each step may be run twice. */
export function createRemediationActivities(deps: RemediationActivityDeps) {
  const { nodes, remediations, pollMs = POLL_MS } = deps
  return {
    claimRemediation: ({ limits, ...request }: ClaimRemediationInput): Promise<RemediationClaim> =>
      remediations.claim(request, limits),

    endRemediation: async ({
      id,
      status,
      outcome,
    }: RemediationEnd & { readonly id: string }): Promise<void> => remediations.end(id, status, outcome),

    /** The nodes that hold a version now: all of them, or those that have it not ready where some have. */
    holdersToRestart: async (name: VersionName): Promise<{ readonly nodeIds: readonly string[] }> => ({
      nodeIds: holdersToRestart(await nodes.read(), name),
    }),

    withdrawVersion: async (input: VersionName & { readonly nodeIds: readonly string[] }): Promise<void> => {
      await nodes.withdraw(input, input.nodeIds)
    },

    /** Waits until nodes have let a version go, and heartbeats meanwhile. Those that are gone hold nothing. */
    awaitWithdrawn: async ({
      nodeIds,
      ...name
    }: VersionName & { readonly nodeIds: readonly string[] }): Promise<void> => {
      const context = Context.current()
      // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
      while (stillHeld(await nodes.read(), name, nodeIds)) {
        context.heartbeat()
        // oxlint-disable-next-line no-await-in-loop
        await context.sleep(pollMs)
      }
    },

    giveBackVersion: async ({
      nodeIds,
      by,
      ...name
    }: VersionName & { readonly nodeIds: readonly string[]; readonly by: string }): Promise<void> =>
      nodes.giveBack(name, nodeIds, by),

    /** The versions that a node is to hold. */
    versionsOnNode: async ({
      nodeId,
    }: {
      readonly nodeId: string
    }): Promise<{ readonly versions: readonly VersionName[] }> => {
      const view = await nodes.read()
      const node = view.nodes.find(({ announcement }) => announcement.nodeId === nodeId)
      return { versions: (node?.placements ?? []).map(({ model, version }) => ({ model, version })) }
    },

    /** Has another node hold a version, and waits until one has it ready. Says why that cannot be. */
    placeElsewhere: (input: VersionName & { readonly nodeId: string; readonly by: string }) =>
      placeElsewhere(deps, input, pollMs),

    /** Ends the rollout that brought a version. */
    rollBackVersion: (
      input: VersionName & { readonly id: string; readonly reason: string; readonly by: string },
    ) => rollBack(deps, input),
  }
}

export type RemediationActivities = ReturnType<typeof createRemediationActivities>

function holdersToRestart(view: NodesView, name: VersionName): readonly string[] {
  const holders = liveNodes(view).filter((node) => isPlacedOn(node, name))
  const lame = holders.filter((node) => hostedOn(node, name)?.phase !== 'ready')
  return (lame.length > 0 ? lame : holders).map(({ announcement }) => announcement.nodeId)
}

function stillHeld(view: NodesView, name: VersionName, nodeIds: readonly string[]): boolean {
  return liveNodes(view).some(
    (node) => nodeIds.includes(node.announcement.nodeId) && hostedOn(node, name) !== undefined,
  )
}

async function placeElsewhere(
  { nodes }: RemediationActivityDeps,
  { nodeId, by, ...name }: VersionName & { readonly nodeId: string; readonly by: string },
  pollMs: number,
): Promise<{ readonly isReady: true } | { readonly isReady: false; readonly reason: string }> {
  const context = Context.current()
  for (;;) {
    const need = { ...name, nodes: 1, without: new Set([nodeId]) }
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const choice = await nodes.place(need, by)
    if (choice.status === 'refused') return { isReady: false, reason: choice.reason }
    // oxlint-disable-next-line no-await-in-loop
    const view = await nodes.read()
    const isReady = liveNodes(view).some(
      (node) => node.announcement.nodeId !== nodeId && hostedOn(node, name)?.phase === 'ready',
    )
    if (isReady) return { isReady: true }
    context.heartbeat()
    // oxlint-disable-next-line no-await-in-loop
    await context.sleep(pollMs)
  }
}

async function rollBack(
  { queryTraffic, abortRollout }: RemediationActivityDeps,
  {
    model,
    version,
    id,
    reason,
    by,
  }: VersionName & { readonly id: string; readonly reason: string; readonly by: string },
): Promise<RemediationEnd> {
  const lease = (await queryTraffic(model))?.lease
  if (lease === undefined || lease.version !== version) {
    return { status: 'refused', outcome: `no rollout of ${model} ${version} is under way` }
  }
  const { refusal } = await abortRollout({
    rolloutId: lease.holder,
    by,
    comment: `${model} ${version} ${reason}`,
    requestId: id,
  })
  if (refusal !== undefined) return { status: 'refused', outcome: `${lease.holder}: ${refusal}` }
  return { status: 'done', outcome: `${lease.holder} goes back` }
}
