import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow'
import type { HealthCheckRequest } from '../../domain/maintenance/health/health-check-request.ts'
import type { HealthRecord } from '../../activities/maintenance/health-check.ts'
import type { InspectedVersion } from '../../activities/maintenance/inspect-versions.ts'
import { checkedVersionKey } from '../../domain/maintenance/health/version-health.ts'
import type { RemediateInput } from './maintenance-contract.ts'
import type { RemediationPolicy } from '../../domain/maintenance/health/remediation.ts'
import { remediationSteps } from '../maintenance-proxies.ts'
import type { ReportedRemediation } from '../../domain/maintenance/health/health-report.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'
import { WORKFLOW_TYPES } from '../contract.ts'

type Settings = HealthCheckRequest['remediation']

/** Something that the policy asks for. */
type Wanted = Pick<RemediateInput, 'model' | 'version' | 'kind' | 'nodeId'> & { readonly reason: string }

/**
 * Starts what the policy asks for about versions that are out of routing and about nodes that are not well, each as a
 * workflow of its own that the next check does not wait for; as often as the ledger of remediations allows.
 */
export async function startRemediations(
  versions: readonly InspectedVersion[],
  records: readonly HealthRecord[],
  settings: Settings,
): Promise<readonly ReportedRemediation[]> {
  const wanted = records.flatMap((record) => {
    const inspected = versions.find((other) => checkedVersionKey(other) === checkedVersionKey(record))
    return wantedFor(record, inspected?.unwellNodes ?? [], settings)
  })
  return Promise.all(wanted.map((one) => startOne(one, settings)))
}

function wantedFor(
  { model, version, status, reason = 'is out of routing' }: HealthRecord,
  unwellNodes: InspectedVersion['unwellNodes'],
  { policy, models }: Settings,
): readonly Wanted[] {
  const kind: RemediationPolicy = models[model] ?? policy
  if (kind === 'none') return []
  if (kind === 'drain-node' && unwellNodes.length > 0) {
    return unwellNodes.map((node) => ({ model, version, kind, nodeId: node.nodeId, reason: node.reason }))
  }
  return status === 'out' ? [{ model, version, kind, reason }] : []
}

async function startOne(wanted: Wanted, { pauseMs, mostADay }: Settings): Promise<ReportedRemediation> {
  const { model, version, kind, nodeId } = wanted
  const named = { model, version, kind }
  const { runId, workflowId: by } = workflowInfo()
  const id = [runId, model, version, ...(nodeId === undefined ? [] : [nodeId])].join('/')
  const limits = { pauseMs, mostADay }
  const claim = await remediationSteps.claimRemediation({ ...wanted, id, startedBy: by, limits })
  if (claim.status === 'held') return { ...named, held: claim.reason }
  const workflowId = `remediation/${model}/${version}`
  const input: RemediateInput = { ...wanted, id, by }
  try {
    await startChild(WORKFLOW_TYPES.remediate, {
      workflowId,
      taskQueue: TASK_QUEUES.orchestrator,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `${kind} of ${model} ${version}`,
    })
    return { ...named, workflowId }
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error
    await remediationSteps.endRemediation({
      id,
      status: 'refused',
      outcome: `${workflowId} is at it already`,
    })
    return { ...named, held: `${workflowId} is at it already` }
  }
}

/** Its class is none that workflow code may import. */
function isAlreadyStarted(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError'
}
