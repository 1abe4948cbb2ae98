import type {
  AcknowledgeRequest,
  AlertDetails,
  AlertList,
  AlertListRequest,
} from '../domain/alerts/alert-requests.ts'
import { ALERT_ACTIVITIES } from '../workflows/contract.ts'
import type { AlertRecord } from '../domain/alerts/alert.ts'
import type { ExecuteActivity } from './standalone-activity.ts'

export { verifyWebhook } from '../payloads/webhook-signature.ts'

/** What is not as it should be, and who was told. An alert is named by its id or its fingerprint. */
export interface Alerts {
  /** Alerts that are open, or all; the newest first. @throws InvalidRequestError */
  listAlerts(request?: AlertListRequest): Promise<AlertList>
  /** @throws InvalidRequestError when there is no such alert */
  showAlert(alert: string): Promise<AlertDetails>
  /** Says that somebody has seen it; it stays open until what is wrong is over. @throws InvalidRequestError */
  acknowledgeAlert(request: AcknowledgeRequest): Promise<AlertRecord>
  /** Sends a message the way of every alert. */
  testAlerts(by: string): Promise<AlertDetails>
}

/** Alerts as standalone activities. */
export function createAlerts(execute: ExecuteActivity): Alerts {
  return {
    listAlerts: (request = {}) => execute(ALERT_ACTIVITIES.listAlerts, request),
    showAlert: (alert) => execute(ALERT_ACTIVITIES.showAlert, { alert }),
    acknowledgeAlert: (request) => execute(ALERT_ACTIVITIES.acknowledgeAlert, request),
    testAlerts: (by) => execute(ALERT_ACTIVITIES.testAlerts, { by }),
  }
}
