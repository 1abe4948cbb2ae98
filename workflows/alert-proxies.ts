import type { AlertActivities } from '../activities/alerts.ts'
import type { AlertDeliveryActivities } from '../activities/alert-delivery.ts'
import { proxyActivities } from '@temporalio/workflow'

/** One look at everything that alerts are about. Given up in time for somebody to see that it fails. */
export const alertChecks = proxyActivities<AlertActivities>({
  // The very first look reads a week of the ledger.
  startToCloseTimeout: '2m',
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '15s' },
})

/** Sending alerts. Unlimited attempts: what is in the outbox is to be told. A dead worker is noticed by its heartbeats. */
export const alertSending = proxyActivities<AlertDeliveryActivities>({
  // A round of fifty messages to receivers that take their time.
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
})
