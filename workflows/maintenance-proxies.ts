import { type ActivityFunctionWithOptions, proxyActivities } from '@temporalio/workflow'
import type { CallModelInput, CallModelOutput, ModelCallActivities } from '../activities/model-call.ts'
import type { HealthCheckActivities } from '../activities/maintenance/health-check.ts'
import type { ModelUpdateActivities } from '../activities/maintenance/model-update.ts'
import type { RemediationActivities } from '../activities/maintenance/remediation.ts'

/** What a health check looks at and writes down. Given up soon: the next check looks again. */
export const healthChecks = proxyActivities<HealthCheckActivities>({
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '40s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5s' },
})

/** Beyond the time that a probe may take: for the worker to report what it met. */
const PROBE_MARGIN_MS = 2_000

const probes = proxyActivities<ModelCallActivities>({
  startToCloseTimeout: '10m',
  // The next check asks again.
  retry: { maximumAttempts: 1 },
})

/** Has a node complete one token. A worker that does not take it in time is gone, or busy. */
export function probeModel(
  input: CallModelInput,
  taskQueue: string,
  summary: string,
): Promise<CallModelOutput> {
  const call: ActivityFunctionWithOptions<ModelCallActivities['callModel']> = probes.callModel
  return call.executeWithOptions(
    {
      taskQueue,
      scheduleToStartTimeout: input.timeoutMs,
      startToCloseTimeout: input.timeoutMs + PROBE_MARGIN_MS,
      heartbeatTimeout: '5s',
      summary,
    },
    [input],
  )
}

type RemediationWaits = Pick<RemediationActivities, 'awaitWithdrawn' | 'placeElsewhere'>

/** The short steps of a remediation. Unlimited attempts: what was taken from a node must be given back. */
export const remediationSteps = proxyActivities<Omit<RemediationActivities, keyof RemediationWaits>>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
})

/** Waiting for nodes: as long as the longest call and the loading of weights take, and not for ever. */
export const remediationWaits = proxyActivities<RemediationWaits>({
  startToCloseTimeout: '15m',
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10s' },
})

/** Looking for new versions. Hashing weights takes minutes; the rest is short. */
export const modelUpdates = proxyActivities<ModelUpdateActivities>({
  startToCloseTimeout: '15m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
})
