import {
  ActivityCancellationType,
  type ActivityFunctionWithOptions,
  proxyActivities,
} from '@temporalio/workflow'
import type { Measurement } from '../domain/optimisation/measurement.ts'
import type { OptimisationPlanActivities } from '../activities/optimisation/plan.ts'
import type { OptimisationUpkeepActivities } from '../activities/optimisation/upkeep.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import type {
  MeasureRoundInput,
  ScoreWeightsInput,
  ScoreWeightsOutput,
  TrialActivities,
} from '../activities/optimisation/trials.ts'

/** What an optimisation begins with and writes down. Unlimited attempts: what was measured is not to be lost. */
export const optimisationPlan = proxyActivities<OptimisationPlanActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

type OptimisationWaits = Pick<OptimisationUpkeepActivities, 'unloadIdleVersions' | 'rollUpLedger'>

/** Short looks at the tables and the content store. Given up: the next run looks again. */
export const optimisationUpkeep = proxyActivities<
  Omit<OptimisationUpkeepActivities, keyof OptimisationWaits>
>({
  // A walk through a big content store on a slow disk.
  startToCloseTimeout: '10m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 4 },
})

/** Batch after batch, and waiting for nodes. May be cut off anywhere: each batch is a transaction. */
export const optimisationWaits = proxyActivities<OptimisationWaits>({
  startToCloseTimeout: '1h',
  // One batch of the ledger, on a database that others use.
  heartbeatTimeout: '2m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 4 },
})

const trials = proxyActivities<TrialActivities>({ startToCloseTimeout: '1h' })

/** On the node that has the weights. One that is gone has lost its shadow hosts with it, and the round is made again. */
const TRIAL = {
  // Another trial on the node may be before it.
  scheduleToStartTimeout: '10m',
  startToCloseTimeout: '1h',
  heartbeatTimeout: '20s',
  // The shadow host is to be gone before anything else begins.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 3 },
} as const

/** Measures every setting once. */
export function measureRound(
  input: MeasureRoundInput,
  nodeId: string,
  summary: string,
): Promise<readonly Measurement[]> {
  const measure: ActivityFunctionWithOptions<TrialActivities['measureRound']> = trials.measureRound
  return measure.executeWithOptions({ ...TRIAL, taskQueue: TASK_QUEUES.node(nodeId), summary }, [input])
}

/** Says how likely versions find texts. */
export function scoreWeights(
  input: ScoreWeightsInput,
  nodeId: string,
  summary: string,
): Promise<ScoreWeightsOutput> {
  const score: ActivityFunctionWithOptions<TrialActivities['scoreWeights']> = trials.scoreWeights
  return score.executeWithOptions({ ...TRIAL, taskQueue: TASK_QUEUES.node(nodeId), summary }, [input])
}
