import { ALERT_DELIVERY_WORKFLOW_ID, wakeDeliverySignal, WORKFLOW_TYPES } from '../../workflows/contract.ts'
import { Client } from '@temporalio/client'
import { TASK_QUEUES } from '../../domain/ids.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

/** A server that does not answer must not hold an activity for longer than this. */
const DEADLINE_MS = 5_000

/** Has the delivery look at the outbox: starts its workflow, or wakes the one that runs. */
export function createWakeDelivery({
  connection,
  namespace,
  dataConverter,
}: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>): () => Promise<void> {
  const client = new Client({ connection, namespace, dataConverter })
  return async () => {
    await client.withDeadline(Date.now() + DEADLINE_MS, () =>
      client.workflow.signalWithStart(WORKFLOW_TYPES.alertDelivery, {
        taskQueue: TASK_QUEUES.orchestrator,
        workflowId: ALERT_DELIVERY_WORKFLOW_ID,
        args: [{}],
        signal: wakeDeliverySignal,
        signalArgs: [],
        staticSummary: 'sends alerts until each was taken',
      }),
    )
  }
}
