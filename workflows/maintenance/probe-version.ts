import { ActivityFailure, CancellationScope, TimeoutFailure, workflowInfo } from '@temporalio/workflow'
import type { InspectedVersion } from '../../activities/maintenance/inspect-versions.ts'
import type { ModelRequest } from '../../domain/model-request.ts'
import type { ProbeOutcome } from '../../domain/maintenance/health/probe.ts'
import { ApprovalDesk } from '../saga/approval-desk.ts'
import { attemptId } from '../../domain/ids.ts'
import { callDurably } from '../saga/durable-call.ts'
import type { CallDesks } from '../saga/hindrance.ts'
import { inlineContent } from '../../domain/content-ref.ts'
import { textMessage } from '../../domain/message.ts'
import { openBooks } from '../saga/books.ts'
import { probeModel } from '../maintenance-proxies.ts'
import { probeOperationId } from '../../domain/maintenance/health/version-health.ts'
import { CANCELLED_UNTAKEN, readCallFailure } from '../saga/read-failure.ts'

export interface ProbeSettings {
  readonly timeoutMs: number
  /** Whom probes at vendors are booked to. */
  readonly tenant: string
}

/** Who waits for a person, or for budgets, goes before. */
const LAST = 5

/** What the ledger is asked through: one for all probes of a run, so that they are booked together. */
export function openProbeDesks(): CallDesks {
  return { books: openBooks(), desk: new ApprovalDesk([], () => undefined) }
}

/** Asks a version for one token: a node by its queue, a vendor as an operation that is booked like any other. */
export function probeVersion(
  version: InspectedVersion,
  settings: ProbeSettings,
  desks: CallDesks,
): Promise<ProbeOutcome | undefined> {
  if (version.probe === undefined) return Promise.resolve(undefined)
  return version.probe.way === 'queue'
    ? probeNode(version, version.probe, settings)
    : probeVendor(version, settings, desks)
}

function requestTo({ model, version }: InspectedVersion): ModelRequest {
  return {
    model,
    version,
    task: 'chat',
    complexity: 'simple',
    messages: [textMessage('user', inlineContent('Ready?'))],
    maxOutputTokens: 1,
  }
}

async function probeNode(
  version: InspectedVersion,
  { taskQueue, providerModel }: Extract<InspectedVersion['probe'], { way: 'queue' }>,
  { timeoutMs }: ProbeSettings,
): Promise<ProbeOutcome> {
  const { workflowId, runId } = workflowInfo()
  const input = {
    attemptId: attemptId(probeOperationId(workflowId, version), runId, 1),
    endpoint: version.endpoint,
    providerModel,
    request: requestTo(version),
    maxOutputTokens: 1,
    timeoutMs,
  }
  try {
    await probeModel(input, taskQueue, `${version.model} ${version.version}`)
    return { status: 'answered' }
  } catch (error) {
    return nodeOutcome(error, timeoutMs)
  }
}

function nodeOutcome(error: unknown, timeoutMs: number): ProbeOutcome {
  const cause = error instanceof ActivityFailure ? error.cause : error
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START')
    return { status: 'not-taken' }
  const { kind, message } = readCallFailure(error).failure
  if (kind === 'timeout-before-send') return { status: 'not-taken' }
  if (kind === 'timeout-after-send') return { status: 'timed-out', timeoutMs }
  return { status: 'failed', kind, message }
}

async function probeVendor(
  version: InspectedVersion,
  { timeoutMs, tenant }: ProbeSettings,
  desks: CallDesks,
): Promise<ProbeOutcome> {
  const { workflowId } = workflowInfo()
  const call = {
    operationId: probeOperationId(workflowId, version),
    kind: 'probe' as const,
    tenant,
    feature: 'health-check',
    // The run that a sweeper asks about.
    taskId: workflowId,
    priority: LAST,
    request: requestTo(version),
  } as const
  const end = await CancellationScope.withTimeout(timeoutMs, () => callDurably(call, desks))
  if (end.status === 'answered') return { status: 'answered' }
  const { reason, attempts } = end.refusal
  const failure = attempts.at(-1)?.failure
  if (failure === undefined) return { status: 'not-sent', reason }
  // Its workers are at work for others, or gone: who polls is looked at by itself.
  if (failure.message === CANCELLED_UNTAKEN)
    return { status: 'not-sent', reason: 'no worker took the probe in time' }
  // Our own bound stopped it, not a person.
  if (failure.kind === 'cancelled') return { status: 'timed-out', timeoutMs }
  return { status: 'failed', kind: failure.kind, message: failure.message }
}
