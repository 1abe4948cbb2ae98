import { ALERT_DELIVERY_WORKFLOW_ID, alertDeliveryQuery } from '../../workflows/contract.ts'
import type { AlertSettings } from '../../domain/alerts/alert-settings.ts'
import { type Client, WorkflowContinuedAsNewError } from '@temporalio/client'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import type { Orchestration } from '../fixtures/orchestration.ts'
import type { Recorder } from './record-traffic.ts'
import { startWebhookReceiver } from '../fixtures/webhook-receiver.ts'

/** Nobody listens there until the recording does. */
const PORT = 48_713

export const RECORDED_ALERTS: AlertSettings = {
  ...DEFAULT_ALERT_SETTINGS,
  webhooks: [{ name: 'ops', url: `http://127.0.0.1:${PORT}/`, secretVariable: 'OPS_SECRET' }],
}

export const RECORDED_ALERT_SENDING = {
  lookup: (name: string) => (name === 'OPS_SECRET' ? 'recorded' : undefined),
  alertBackOff: { firstMs: 300, mostMs: 300 },
}

/** A look that fires, one that resolves, and deliveries to a webhook that is away at first: one whole, one carried on. */
export async function recordAlerts(
  { client, database }: Orchestration,
  { start, save }: Recorder,
): Promise<void> {
  const budgets = createBudgetStore(database)
  const budget = { tenant: 'replay-alerts', window: 'day' } as const
  await budgets.set({ ...budget, capNanoUsd: 0 }, Date.now())
  await (await start('checkAlerts', 'alerts/replay', {})).result()
  const delivery = client.workflow.getHandle(ALERT_DELIVERY_WORKFLOW_ID)
  const tries = async () => (await delivery.query(alertDeliveryQuery)).failedTries
  const short = await start('alertDelivery', 'alerts/replay-delivery', { roundsPerRun: 2 })
  const carried = await runAfter(client, short.workflowId, (await short.describe()).runId)
  while ((await tries()) < 2) await pause(100)
  await budgets.set({ ...budget, capNanoUsd: 1_000_000_000 }, Date.now())
  await (await start('checkAlerts', 'alerts/replay-2', {})).result()
  const receiver = await startWebhookReceiver({ port: PORT })
  await delivery.result()
  await short.result()
  await receiver.stop()
  await save('alerts/replay', 'check-alerts')
  await save(ALERT_DELIVERY_WORKFLOW_ID, 'alert-delivery')
  await save(short.workflowId, 'alert-delivery-carried', carried)
}

/** Waits until a run has continued as new. */
async function runAfter(client: Client, workflowId: string, runId: string): Promise<string> {
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false })
  const error: unknown = await handle.result().catch((reason: unknown) => reason)
  if (!(error instanceof WorkflowContinuedAsNewError)) throw error
  return error.newExecutionRunId
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
