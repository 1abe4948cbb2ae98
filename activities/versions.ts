import { Context } from '@temporalio/activity'
import type { Catalog, Endpoint } from '../domain/catalog/model.ts'
import { failedNodes, versionReadiness, type VersionReadiness } from '../domain/nodes/version-readiness.ts'
import { isHealthKnown, type VersionHealth } from '../domain/maintenance/health/version-health.ts'
import type { NodeStore } from '../store/routing/nodes.ts'
import type { OpenAttemptReader } from '../store/ledger/open-attempt-reader.ts'
import type { SkippedEndpoint } from '../domain/catalog/model-list.ts'
import type { VersionName } from '../domain/nodes/node.ts'

export interface PrepareVersionInput extends VersionName {
  /** Who places it: a workflow id, or a person. */
  readonly by: string
  /** Nodes that are to hold it. Default: as many as hold another version of its model, at least one. */
  readonly nodes?: number
}

export type PrepareVersionOutput =
  | { readonly status: 'ready' }
  /** `reason`: a sentence for people. */
  | { readonly status: 'failed'; readonly reason: string }

export interface ReleaseVersionInput extends VersionName {
  /** Only what this one placed. Absent: wherever it is. */
  readonly by?: string
}

export interface VersionActivityDeps {
  /** What this environment can call. */
  readonly catalog: Catalog
  readonly skipped: readonly SkippedEndpoint[]
  readonly nodes: Pick<NodeStore, 'read' | 'place' | 'release'>
  readonly openAttempts: Pick<OpenAttemptReader, 'hasOpen'>
  /** What the health check says of versions. Absent: nothing. */
  readonly checkedHealth?: () => Promise<readonly VersionHealth[]>
  /** Between two looks at the nodes, in milliseconds. Default 500. */
  readonly pollMs?: number
  /** After a change of shares, for calls that were decided before it to be booked, in milliseconds. Default 3 seconds. */
  readonly settleMs?: number
  /** How long a version that is to go waits for its calls to end, in milliseconds. Default 90 seconds. */
  readonly drainMs?: number
  /** How long a node that is gone may take to come back, in milliseconds. Default one minute. */
  readonly patienceMs?: number
}

const POLL_MS = 500
const PATIENCE_MS = 60_000
/** Longer than an orchestrator takes shares from its cache. */
const SETTLE_MS = 3_000
/** Shorter than the lease of a rollout, which waits for it. */
const DRAIN_MS = 90_000

/** Loading versions and taking them back, for rollouts. */
export function createVersionActivities(deps: VersionActivityDeps) {
  const { nodes } = deps
  return {
    /**
     * Has a version loaded, and answers when a GPU node has it ready; one at a vendor is ready when it can be called
     * from here. Takes as long as the weights take to load, and heartbeats meanwhile. May be run twice.
     */
    prepareVersion: async (input: PrepareVersionInput): Promise<PrepareVersionOutput> => {
      const found = findEndpoint(deps, input)
      if ('reason' in found) return { status: 'failed', reason: found.reason }
      return found.endpoint.kind === 'local' ? prepareLocal(deps, input) : { status: 'ready' }
    },
    /**
     * No node is to hold it any more. Calls that were sent its way are taken first: it stays until none is open, or for
     * a minute and a half; a node then lets those that run end. Heartbeats. Returns from how many nodes it was taken.
     */
    releaseVersion: async ({
      model,
      version,
      by,
    }: ReleaseVersionInput): Promise<{ readonly nodes: number }> => {
      const found = findEndpoint(deps, { model, version })
      if (!('endpoint' in found) || found.endpoint.kind === 'local') await drained(deps, { model, version })
      if (by === undefined) return { nodes: await nodes.release({ model, version }) }
      const placed = await nodes.release({ model, version }, by)
      // A node that was started in the meantime was given it for its traffic.
      return { nodes: placed + (await nodes.release({ model, version }, 'switchyard')) }
    },
    versionHealth: async (name: VersionName): Promise<VersionReadiness> => {
      const found = findEndpoint(deps, name)
      if ('reason' in found) return { isReady: false, reason: found.reason }
      const out = await outOfRouting(deps, name)
      if (out !== undefined) return { isReady: false, reason: out }
      return found.endpoint.kind === 'local' ? versionReadiness(await nodes.read(), name) : { isReady: true }
    },
  }
}

export type VersionActivities = ReturnType<typeof createVersionActivities>

function findEndpoint(
  { catalog, skipped }: VersionActivityDeps,
  { model, version }: VersionName,
): { readonly endpoint: Endpoint } | { readonly reason: string } {
  const found = catalog.models[model]?.versions.find((other) => other.version === version)
  const endpoint = found === undefined ? undefined : catalog.endpoints[found.endpoint]
  if (endpoint !== undefined) return { endpoint }
  const lacking = skipped.map((other) => `${other.endpoint} ${other.reason}`).join('; ')
  const reason = `${model} ${version} is not in the catalog of what can be called from here`
  return { reason: lacking === '' ? reason : `${reason} (${lacking})` }
}

/** A version that requests are kept from gathers no evidence: a rollout that waited for it would wait for ever. */
async function outOfRouting(
  { checkedHealth }: VersionActivityDeps,
  { model, version }: VersionName,
): Promise<string | undefined> {
  const found = (await checkedHealth?.())?.find((one) => one.model === model && one.version === version)
  if (found?.status !== 'out' || !isHealthKnown(found, Date.now())) return undefined
  return `${model} ${version} is out of routing: ${found.reason ?? 'its health check failed'}`
}

async function prepareLocal(
  { nodes, pollMs = POLL_MS, patienceMs = PATIENCE_MS }: VersionActivityDeps,
  { model, version, by, nodes: count }: PrepareVersionInput,
): Promise<PrepareVersionOutput> {
  const name = { model, version }
  const giveUpAtMs = Date.now() + patienceMs
  const context = Context.current()
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const step = await prepareOnce(nodes, name, by, count)
    if (step.status === 'ready') return step
    // A node that is gone may be back in a moment; one that has no room will not have any then either.
    if (step.status === 'failed' && (step.isFinal || Date.now() >= giveUpAtMs)) {
      // oxlint-disable-next-line no-await-in-loop
      await nodes.release(name, by)
      return { status: 'failed', reason: step.reason }
    }
    context.heartbeat(step.reason)
    // oxlint-disable-next-line no-await-in-loop
    await context.sleep(pollMs)
  }
}

/** A call whose queue nobody polls any more would wait there until it is given up. */
async function drained(deps: VersionActivityDeps, name: VersionName): Promise<void> {
  const { openAttempts, pollMs = POLL_MS, settleMs = SETTLE_MS, drainMs = DRAIN_MS } = deps
  const context = Context.current()
  await context.sleep(settleMs)
  const giveUpAtMs = Date.now() + drainMs
  // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
  while (Date.now() < giveUpAtMs && (await openAttempts.hasOpen(name))) {
    context.heartbeat('its last calls have not ended')
    // oxlint-disable-next-line no-await-in-loop
    await context.sleep(pollMs)
  }
}

type Step =
  | { readonly status: 'ready' }
  | { readonly status: 'loading'; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string; readonly isFinal: boolean }

async function prepareOnce(
  nodes: VersionActivityDeps['nodes'],
  name: VersionName,
  by: string,
  count: number | undefined,
): Promise<Step> {
  const failed = failedNodes(await nodes.read(), name)
  const without = new Set(failed.keys())
  const choice = await nodes.place({ ...name, without, ...(count === undefined ? {} : { nodes: count }) }, by)
  const readiness = versionReadiness(await nodes.read(), name)
  if (readiness.isReady) return { status: 'ready' }
  if (choice.status === 'placed') return { status: 'loading', reason: readiness.reason }
  return {
    status: 'failed',
    reason: [choice.reason, ...failed.values()].join('; '),
    isFinal: !choice.mayPass,
  }
}
