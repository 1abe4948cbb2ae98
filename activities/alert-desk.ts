import {
  acknowledgeRequest,
  type AcknowledgeRequest,
  type AlertDetails,
  type AlertList,
  alertListRequest,
  type AlertListRequest,
  alertRequest,
  type AlertRequest,
  testAlertRequest,
  type TestAlertRequest,
  type UnusableWebhook,
} from '../domain/alerts/alert-requests.ts'
import type { AlertRecord } from '../domain/alerts/alert.ts'
import type { AlertSender } from './alert-delivery.ts'
import type { AlertSettings } from '../domain/alerts/alert-settings.ts'
import type { AlertStore } from '../store/alerts/alerts.ts'
import { invalidInput } from './invalid-input.ts'
import { readInput } from './read-input.ts'
import { receiversOf } from './alerts.ts'
import { testEvent } from '../domain/alerts/event-of.ts'

export interface AlertDeskDeps {
  readonly alertSettings: AlertSettings
  readonly alerts: Pick<AlertStore, 'list' | 'find' | 'acknowledge' | 'writeTest'>
  readonly alertSender: Pick<AlertSender, 'receivers'>
  readonly unusableWebhooks: readonly UnusableWebhook[]
  readonly wakeDelivery: () => Promise<void>
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number
}

/** Alerts for people, started by clients as standalone activities. */
export function createAlertDeskActivities(deps: AlertDeskDeps) {
  const { alerts, alertSender, unusableWebhooks: unusable, now = Date.now } = deps
  return {
    listAlerts: async (input: AlertListRequest): Promise<AlertList> => ({
      alerts: await alerts.list(readInput(alertListRequest, input, 'the list of alerts')),
      receivers: alertSender.receivers,
      unusable,
    }),
    showAlert: async (input: AlertRequest): Promise<AlertDetails> => {
      const { alert } = readInput(alertRequest, input, 'the alert')
      return (await alerts.find(alert)) ?? refuse(`there is no alert ${alert}`)
    },
    acknowledgeAlert: async (input: AcknowledgeRequest): Promise<AlertRecord> => {
      const { alert, by, comment } = readInput(acknowledgeRequest, input, 'the acknowledgement')
      const acknowledgement = { by, atMs: now(), ...(comment === undefined ? {} : { comment }) }
      return (await alerts.acknowledge(alert, acknowledgement)) ?? refuse(`no alert ${alert} is open`)
    },
    /** Sends a message the way of every alert. Run twice it may send two. */
    testAlerts: async (input: TestAlertRequest): Promise<AlertDetails> => {
      const { by } = readInput(testAlertRequest, input, 'the test')
      const alertId = crypto.randomUUID()
      await alerts.writeTest(testEvent(alertId, by, now()), receiversOf(deps.alertSettings))
      await deps.wakeDelivery()
      return (await alerts.find(alertId)) ?? refuse(`the test ${alertId} was written and is not there`)
    },
  }
}

function refuse(message: string): never {
  throw invalidInput(`alert: ${message}`)
}
