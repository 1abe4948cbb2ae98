import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { RemediateInput } from './maintenance-contract.ts'
import type { RemediationEnd } from '../../activities/maintenance/remediation.ts'
import { remediationSteps, remediationWaits } from '../maintenance-proxies.ts'
import { MAINTENANCE_ATTRIBUTES } from './search-attributes.ts'
import { type ReadRemediation, readRemediateInput } from '../inputs/maintenance-input.ts'

/** What a person starts is not held back. */
const NO_LIMITS = { pauseMs: 0, mostADay: 1_000_000 } as const

/**
 * Does one thing about a version that is not well and writes it down: `restart-host` loads it anew where it is held,
 * `drain-node` moves all versions of a node to others, `roll-back` ends the rollout that brought it. From the Temporal UI:
 * `{"model": "chat-small", "version": "v2", "kind": "restart-host", "by": "ada"}`.
 */
export async function remediate(input: RemediateInput): Promise<RemediationEnd> {
  const request = readRemediateInput(input)
  const { model, version, kind, nodeId, reason, by } = request
  const { runId } = workflowInfo()
  const id = request.id ?? `${runId}/${model}/${version}`
  setCurrentDetails(`**${kind}** of ${model} ${version}: it ${reason}.`)
  await remediationSteps.claimRemediation({
    id,
    model,
    version,
    kind,
    ...(nodeId === undefined ? {} : { nodeId }),
    reason,
    startedBy: by,
    limits: NO_LIMITS,
  })
  // Half of it would leave a version on no node.
  return CancellationScope.nonCancellable(async () => {
    const end = await carryOut(request, id)
    await remediationSteps.endRemediation({ id, ...end })
    setCurrentDetails(`**${kind}** of ${model} ${version}: ${end.status}. ${end.outcome}.`)
    upsertSearchAttributes([{ key: MAINTENANCE_ATTRIBUTES.result, value: end.status }])
    return end
  })
}

function carryOut(request: ReadRemediation, id: string): Promise<RemediationEnd> {
  switch (request.kind) {
    case 'restart-host':
      return restartHost(request, id)
    case 'drain-node':
      return drainNodes(request, id)
    case 'roll-back':
      return remediationSteps.rollBackVersion({
        model: request.model,
        version: request.version,
        reason: request.reason,
        by: request.by,
        id,
      })
  }
}

/** Taken from its nodes and given back to the same ones: each ends its host and starts another. */
async function restartHost({ model, version }: ReadRemediation, id: string): Promise<RemediationEnd> {
  const name = { model, version }
  const { nodeIds } = await remediationSteps.holdersToRestart(name)
  if (nodeIds.length === 0) return { status: 'refused', outcome: 'no node that is there holds it' }
  await remediationSteps.withdrawVersion({ ...name, nodeIds })
  const problem = await remediationWaits.awaitWithdrawn({ ...name, nodeIds }).then(
    () => undefined,
    (error: unknown) => error,
  )
  await remediationSteps.giveBackVersion({ ...name, nodeIds, by: id })
  const where = nodeIds.join(', ')
  if (problem !== undefined) {
    return {
      status: 'failed',
      outcome: `${where} did not end its host in time; it is to hold it all the same`,
    }
  }
  return { status: 'done', outcome: `${where} loads it anew` }
}

async function drainNodes(request: ReadRemediation, id: string): Promise<RemediationEnd> {
  const { model, version, nodeId } = request
  const nodeIds =
    nodeId === undefined ? (await remediationSteps.holdersToRestart({ model, version })).nodeIds : [nodeId]
  if (nodeIds.length === 0) return { status: 'refused', outcome: 'no node that is there holds it' }
  const moves = []
  for (const from of nodeIds) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: two would crowd the nodes that are left
    moves.push(...(await drainNode(from, id)))
  }
  const kept = moves.filter(({ problem }) => problem !== undefined)
  const told = moves.map(({ name, from, problem }) =>
    problem === undefined ? `${name} left ${from}` : `${name} stays on ${from}: ${problem}`,
  )
  if (moves.length === 0) return { status: 'refused', outcome: `${nodeIds.join(', ')} holds nothing` }
  return { status: kept.length === moves.length ? 'refused' : 'done', outcome: told.join('; ') }
}

interface Move {
  readonly name: string
  readonly from: string
  /** Why it stays. */
  readonly problem?: string
}

/** Nothing is taken from a node before another one has it ready. */
async function drainNode(nodeId: string, id: string): Promise<readonly Move[]> {
  const { versions } = await remediationSteps.versionsOnNode({ nodeId })
  const moves: Move[] = []
  for (const { model, version } of versions) {
    const name = `${model} ${version}`
    // oxlint-disable-next-line no-await-in-loop
    const placed = await remediationWaits
      .placeElsewhere({ model, version, nodeId, by: id })
      .catch(() => ({ isReady: false as const, reason: 'no other node had it ready in time' }))
    // oxlint-disable-next-line no-await-in-loop
    if (placed.isReady) await remediationSteps.withdrawVersion({ model, version, nodeIds: [nodeId] })
    moves.push({ name, from: nodeId, ...(placed.isReady ? {} : { problem: placed.reason }) })
  }
  return moves
}
