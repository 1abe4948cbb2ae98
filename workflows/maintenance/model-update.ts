import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  executeChild,
  ParentClosePolicy,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import {
  type ModelUpdateReport,
  updateMarkdown,
  type UpdateOutcome,
  updateReport,
} from '../../domain/maintenance/update/update-report.ts'
import { FAILURE_TYPES, WORKFLOW_TYPES } from '../contract.ts'
import type { FoundUpdate } from '../../domain/maintenance/update/find-updates.ts'
import { MAINTENANCE_ATTRIBUTES } from './search-attributes.ts'
import type { ModelUpdateInput } from './maintenance-contract.ts'
import type { ModelUpdateRequest } from '../../domain/maintenance/update/model-update-request.ts'
import { modelUpdates } from '../maintenance-proxies.ts'
import { readModelUpdateInput } from '../inputs/maintenance-input.ts'
import type { RolloutReport } from '../../domain/rollout/report/rollout-report.ts'

/**
 * Rolls a version of the catalog out: sees to it that its weights are those that the catalog names, registers it, and
 * follows its rollout; nothing gets traffic any other way. Without a version it looks for versions that were never used,
 * and proposes them. From the Temporal UI: `{}`, or `{"model": "chat-small", "version": "2026-11-20", "by": "ada"}`.
 * @throws ApplicationFailure `UpdateRefused` where the version that was asked for cannot be rolled out
 */
export async function modelUpdate(input?: ModelUpdateInput): Promise<ModelUpdateReport> {
  const request = readModelUpdateInput(input)
  const { model, version, weights, except } = request
  setCurrentDetails('Looks for new versions.')
  const { updates, none } = await modelUpdates.findModelUpdates({
    except,
    ...(model === undefined ? {} : { model }),
    ...(version === undefined ? {} : { version }),
    ...(weights === undefined ? {} : { weights }),
  })
  const isNamed = version !== undefined || weights !== undefined
  const outcomes = await Promise.all(updates.map((update) => carryOut(update, request, isNamed)))
  const report = updateReport(outcomes, none)
  setCurrentDetails(updateMarkdown(report))
  upsertSearchAttributes([{ key: MAINTENANCE_ATTRIBUTES.result, value: report.result }])
  const refusal = isNamed ? refusalOf(report) : undefined
  if (refusal === undefined) return report
  throw ApplicationFailure.create({
    message: refusal,
    type: FAILURE_TYPES.updateRefused,
    nonRetryable: true,
    details: [report],
  })
}

function refusalOf({ outcomes, none }: ModelUpdateReport): string | undefined {
  const [missing] = none
  if (missing !== undefined) return `${missing.model} ${missing.reason}`
  return outcomes.find(({ status }) => status === 'refused')?.reason
}

async function carryOut(
  update: FoundUpdate,
  request: ModelUpdateRequest,
  isNamed: boolean,
): Promise<UpdateOutcome> {
  const { model, version, stableVersion } = update
  const named = { model, version, stableVersion }
  const { problem } = await modelUpdates.verifyModelUpdate(update)
  if (problem !== undefined) return { ...named, status: 'refused', reason: `${model} ${version}: ${problem}` }
  if (!isNamed && request.policy === 'propose') {
    return {
      ...named,
      status: 'proposed',
      reason: `Start it with: switchyard rollout start ${model} ${version}`,
    }
  }
  const registered = await modelUpdates.registerModelUpdate({ model })
  if (registered.problem !== undefined) return { ...named, status: 'refused', reason: registered.problem }
  return rollOut(update, request)
}

async function rollOut(update: FoundUpdate, request: ModelUpdateRequest): Promise<UpdateOutcome> {
  const { model, version, stableVersion } = update
  const { strategy, rollout, by } = request
  const rolloutId = `rollout/${model}/update-${workflowInfo().runId.slice(0, 8)}`
  const named = { model, version, stableVersion, rolloutId }
  setCurrentDetails(`**${rolloutId}** moves ${model} from ${stableVersion} to ${version}.`)
  // Whoever wants it tried again starts another update: this one is to report.
  const input = {
    retryWithinMs: 0,
    ...rollout,
    model,
    version,
    by,
    ...(strategy === undefined ? {} : { strategy }),
  }
  try {
    const report: RolloutReport = await executeChild(WORKFLOW_TYPES.rollout, {
      workflowId: rolloutId,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      staticSummary: `rollout of ${model} to ${version}`,
    })
    const { phase, reason = `it is ${phase}` } = report
    return phase === 'completed'
      ? { ...named, status: 'rolled-out', reason: `${version} has ${report.canaryPercent} % of the traffic` }
      : { ...named, status: 'went-back', reason }
  } catch (error) {
    const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined
    if (!(cause instanceof ApplicationFailure)) throw error
    // It could not start: a wrong member, another rollout under way.
    return { ...named, status: 'refused', reason: cause.message }
  }
}
