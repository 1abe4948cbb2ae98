import {
  ActivityCancellationType,
  type ActivityFunctionWithOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow'
import type { AdmissionActivities } from '../activities/admission.ts'
import type { AnswerActivities } from '../activities/answers.ts'
import type { CallModelInput, CallModelOutput, ModelCallActivities } from '../activities/model-call.ts'
import type { Candidate } from '../domain/routing/candidate.ts'
import type { ParallelCallActivities } from '../activities/parallel-calls.ts'
import type { PlanningActivities } from '../activities/planning.ts'
import type { RetentionActivities } from '../activities/retention.ts'
import type { SettlementActivities } from '../activities/settlement.ts'
import type { SweepActivities } from '../activities/sweep.ts'

/**
 * Short SQL transactions, run inside the workflow task: a regular activity would cost five times as much.
 * Unlimited attempts with back-off: an attempt that is not admitted or not settled cannot be left behind.
 * The time bound is per attempt; past `localRetryThreshold` the pause becomes a durable timer.
 */
export const bookkeeping = proxyLocalActivities<
  AdmissionActivities & SettlementActivities & ParallelCallActivities
>({
  startToCloseTimeout: '20s',
  localRetryThreshold: '10s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

/** Reading what a model wrote, where the workflow has only its reference: idempotent, and given up like the next. */
export const answers = proxyLocalActivities<AnswerActivities>({
  startToCloseTimeout: '20s',
  localRetryThreshold: '10s',
  retry: { initialInterval: '100ms', maximumAttempts: 8 },
})

/** Reading the catalog, checking a plan, moving long texts: idempotent, so retried, but not for ever. */
export const planning = proxyLocalActivities<PlanningActivities>({
  startToCloseTimeout: '20s',
  localRetryThreshold: '10s',
  retry: {
    initialInterval: '100ms',
    maximumAttempts: 8,
    // More tries do not make a text smaller.
    nonRetryableErrorTypes: ['ContentTooLargeError'],
  },
})

/**
 * Upkeep of the ledger, in regular activities, because they also ask Temporal: no workflow task waits for them, and people
 * see them. Unlimited attempts: what is left behind must be found in the end.
 */
export const maintenance = proxyActivities<SweepActivities>({
  // One page takes well under a second; a worker that died with it delays the sweep by no more than this.
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
})

/** Removing stored texts. Unlimited attempts, as above. */
export const contentUpkeep = proxyActivities<RetentionActivities>({
  // A walk stops after ten seconds, but between two parts only, and one part of a big store on a slow disk takes a while.
  startToCloseTimeout: '5m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
})

/** Time beyond the provider's own limit for storing the answer and reporting it. */
const REPORTING_MARGIN_MS = 15_000

const calls = proxyActivities<ModelCallActivities>({
  startToCloseTimeout: '10m',
  // The workflow is the only layer that retries: each attempt may have been billed.
  retry: { maximumAttempts: 1 },
})

/**
 * Makes one upstream call on the queue of its candidate. A dead worker is noticed within the heartbeat timeout.
 * Cancelling waits until the call has really stopped, so that what it used is known.
 */
export function callModel(
  input: CallModelInput,
  candidate: Candidate,
  summary: string,
): Promise<CallModelOutput> {
  const call: ActivityFunctionWithOptions<ModelCallActivities['callModel']> = calls.callModel
  return call.executeWithOptions(
    {
      taskQueue: candidate.taskQueue,
      scheduleToStartTimeout: candidate.queueTimeoutMs,
      startToCloseTimeout: candidate.callTimeoutMs + REPORTING_MARGIN_MS,
      heartbeatTimeout: '5s',
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      summary,
    },
    [input],
  )
}
