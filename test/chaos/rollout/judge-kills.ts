import type { AssignedAttempt } from './assigned-attempts.ts'
import { findMisroutings } from './find-misroutings.ts'
import type { PublishedShares } from './published-shares.ts'
import type { RiddenRollout } from './ride-rollout.ts'
import { ROLLED_MODEL } from './rollout-catalog.ts'
import { callWorkflowId } from '../../../domain/ids.ts'
import type { SentRequest } from './steady-traffic.ts'

/** Everything that is known when all rollouts have ended. */
export interface KillFacts {
  readonly rollouts: readonly RiddenRollout[]
  readonly requests: readonly SentRequest[]
  readonly attempts: readonly AssignedAttempt[]
  readonly published: readonly PublishedShares[]
  /** See `findUnreadyExecutions`. */
  readonly unready: readonly string[]
}

/** A dead node is noticed by its heartbeats, which come every second and are missed after five; the rest is for a busy machine. */
export const NOTICED_WITHIN_MS = 5_000 + 10_000

/** Each sentence is something that must not be. */
export function judgeKills(facts: KillFacts): readonly string[] {
  const { rollouts, requests, attempts, published, unready } = facts
  return [
    ...rollouts.flatMap((rollout, index) => [
      ...judgeEnd(rollout),
      ...judgeShares(rollout, published, rollouts[index + 1]?.epochBefore),
    ]),
    ...rollouts.flatMap((rollout) => judgeOrphans(rollout, attempts)),
    ...judgeAnswers(requests, attempts),
    ...findMisroutings(attempts, published),
    ...unready,
  ]
}

function judgeEnd({ workflowId, report, expectedPhase }: RiddenRollout): readonly string[] {
  const { phase, tries, history, reason } = report
  const texts = history.map(({ text }) => text)
  const twice = texts.filter((text, index) => isStep(text) && texts.indexOf(text) !== index)
  return [
    ...(phase === expectedPhase
      ? []
      : [`${workflowId} ended as ${phase}, not ${expectedPhase}: ${reason ?? ''}`]),
    ...(tries === 1 ? [] : [`${workflowId} took ${tries} tries`]),
    ...twice.map((text) => `${workflowId} decided twice: ${text}`),
  ]
}

/** What changes shares. */
function isStep(text: string): boolean {
  return text.includes('setting the shares') || text.includes('all traffic')
}

/** Every change is there once, in its order, and no other. */
function judgeShares(
  { workflowId, version, epochBefore, expectedPercents }: RiddenRollout,
  published: readonly PublishedShares[],
  lastEpoch = Infinity,
): readonly string[] {
  const percents = published
    .filter(({ model, epoch }) => model === ROLLED_MODEL && epoch > epochBefore && epoch <= lastEpoch)
    .map(({ snapshot: { arms } }) => arms.find((arm) => arm.version === version)?.percent ?? 0)
  if (JSON.stringify(percents) === JSON.stringify(expectedPercents)) return []
  return [`${workflowId} set the shares ${percents.join(', ')}, not ${expectedPercents.join(', ')}`]
}

/** What a node had taken when it died is noticed in time, booked as ambiguous, and answered by another try. */
function judgeOrphans(
  { workflowId, nodeKill }: RiddenRollout,
  attempts: readonly AssignedAttempt[],
): readonly string[] {
  if (nodeKill === undefined) return []
  const { orphaned, atMs } = nodeKill
  if (orphaned.length === 0) return [`${workflowId}: the node that was killed had no call`]
  return orphaned.flatMap(({ requestId }) => {
    const own = attempts.filter(({ operationId }) => operationId === callWorkflowId('default', requestId))
    const lost = own.filter(({ failureKind }) => failureKind === 'worker-lost')
    const late = lost.filter(
      ({ closedAt }) => closedAt === null || Date.parse(closedAt) - atMs > NOTICED_WITHIN_MS,
    )
    return [
      // It may have ended between the last look and the kill.
      ...(lost.length > 0 || own.length === 1
        ? []
        : [`${requestId} was tried again, though nothing was lost`]),
      ...late.map(({ attemptId }) => `${attemptId} was noticed to be lost too late`),
    ]
  })
}

function judgeAnswers(
  requests: readonly SentRequest[],
  attempts: readonly AssignedAttempt[],
): readonly string[] {
  const byOperation = Map.groupBy(attempts, ({ operationId }) => operationId)
  return requests.flatMap(({ requestId, end }) => {
    if (end instanceof Error) return [`${requestId} has no answer: ${end.message}`]
    const own = byOperation.get(end.workflowId) ?? []
    const completed = own.filter(({ status }) => status === 'completed')
    const open = own.filter(({ status }) => status === 'open')
    return [
      ...(completed.length === 1 ? [] : [`${requestId} has ${completed.length} completed attempts`]),
      ...(completed[0]?.version === end.version
        ? []
        : [`${requestId} was answered by ${end.version}, says its caller`]),
      ...open.map(({ attemptId }) => `${attemptId} is still open`),
    ]
  })
}
