import { defineQuery, defineSignal } from '@temporalio/workflow'
import type { AlertCheckReport, DeliveryStatus } from '../domain/alerts/check-report.ts'

/** The one workflow of a namespace that sends alerts. */
export const ALERT_DELIVERY_WORKFLOW_ID = 'maintenance/alert-delivery'

/** Input of `checkAlerts`. From the Temporal UI `{}` is enough: what is watched stands in the catalog. */
export type CheckAlertsInput = Readonly<Record<string, never>>

/** Input of `alertDelivery`. From the Temporal UI `{}` is enough. */
export interface AlertDeliveryInput {
  /** Continues as new after so many rounds; default 300. */
  readonly roundsPerRun?: number
}

/** What the look found, once it is done. */
export const alertCheckQuery = defineQuery<AlertCheckReport | null>('report')

export const alertDeliveryQuery = defineQuery<DeliveryStatus>('status')

/** There is something new to tell. */
export const wakeDeliverySignal = defineSignal('wake')

/** Standalone activities about alerts, on the orchestrator queue. */
export const ALERT_ACTIVITIES = {
  listAlerts: 'listAlerts',
  showAlert: 'showAlert',
  acknowledgeAlert: 'acknowledgeAlert',
  testAlerts: 'testAlerts',
} as const
