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
import type { ExperimentActivities } from '../activities/experiments.ts'
import type { ParallelCallActivities } from '../activities/parallel-calls.ts'
import type { PlanningActivities } from '../activities/planning.ts'
import type { PromptVariantActivities } from '../activities/prompt-variants.ts'
import type { RetentionActivities } from '../activities/retention.ts'
import type { RolloutCountActivities } from '../activities/rollout-counts.ts'
import type { SettlementActivities } from '../activities/settlement.ts'
import type { SweepActivities } from '../activities/sweep.ts'
import type { TrafficActivities } from '../activities/traffic.ts'
import type { PrepareVersionInput, PrepareVersionOutput, VersionActivities } from '../activities/versions.ts'

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

/** The routing table, for the one workflow that writes it. Unlimited attempts: what was decided must come to stand in it. */
export const routingBooks = proxyLocalActivities<Pick<TrafficActivities, 'loadTraffic' | 'publishTraffic'>>({
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

/**
 * What a rollout asks of a model's traffic and of the nodes. Unlimited attempts: each may be done twice, and a share that
 * is not taken back would stay.
 */
export const rolloutSteps = proxyActivities<Pick<TrafficActivities, 'changeTraffic'>>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

/** Waits for the version's last calls. Unlimited attempts, as above. */
export const { releaseVersion } = proxyActivities<Pick<VersionActivities, 'releaseVersion'>>({
  startToCloseTimeout: '3m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

/**
 * What a rollout looks at again and again. Given up soon: a reading that does not come is a missing one, of which a
 * rollout bears only a few, and a lease has to be renewed while it lasts.
 */
export const rolloutReadings = proxyActivities<
  RolloutCountActivities & Pick<VersionActivities, 'versionHealth'>
>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5s' },
})

const preparations = proxyActivities<Pick<VersionActivities, 'prepareVersion'>>({ startToCloseTimeout: '1h' })

/**
 * Has a version loaded, which may take as long as the rollout allows. A dead worker is noticed within the heartbeat
 * timeout, and the next one looks where loading stands.
 */
export function prepareVersion(
  input: PrepareVersionInput,
  deadlineMs: number,
): Promise<PrepareVersionOutput> {
  const prepare: ActivityFunctionWithOptions<VersionActivities['prepareVersion']> =
    preparations.prepareVersion
  return prepare.executeWithOptions(
    {
      startToCloseTimeout: deadlineMs,
      scheduleToCloseTimeout: deadlineMs,
      heartbeatTimeout: '15s',
      // Taken back while it still loads, the version would be placed again.
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
      summary: `${input.model} ${input.version}`,
    },
    [input],
  )
}

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

/** Which variant a call gets: a row or two by key. Unlimited attempts: what is sent must be what was assigned. */
export const variants = proxyLocalActivities<PromptVariantActivities>({
  startToCloseTimeout: '20s',
  localRetryThreshold: '10s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

/** How an experiment stands, for those who assign variants. Unlimited attempts: an end must come to stand there. */
export const experimentBooks = proxyActivities<Pick<ExperimentActivities, 'publishExperiment'>>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

/** Reads every outcome of an experiment, up to 200,000: given up in time to renew what it holds, and made again. */
export const experimentLooks = proxyActivities<Pick<ExperimentActivities, 'lookAtExperiment'>>({
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '3m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
})
