import { type AlertSenderParts, createAlertSender } from './alert-sender.ts'
import type { BackOff } from '../../domain/alerts/back-off.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createAlertActivities } from '../../activities/alerts.ts'
import { createAlertDeliveryActivities } from '../../activities/alert-delivery.ts'
import { createAlertDeskActivities } from '../../activities/alert-desk.ts'
import { createAlertOutbox } from '../../store/alerts/alert-outbox.ts'
import { createAlertReader } from '../../store/alerts/alert-readings.ts'
import { createAlertStore } from '../../store/alerts/alerts.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { createReadSchedules } from './read-schedules.ts'
import { createSpendSlotStore } from '../../store/alerts/spend-slots.ts'
import { createWakeDelivery } from './wake-delivery.ts'
import type { Database } from '../../store/database.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import { readVersionHealth } from '../../store/routing/version-health.ts'
import { usableWebhooks } from './usable-webhooks.ts'
import type { VariableLookup } from '../catalog/environment-catalog.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

export interface AlertParts
  extends
    Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>,
    Pick<AlertSenderParts, 'logger' | 'patienceMs'> {
  /** Its section `alerts` says what is watched and who is told. */
  readonly catalog: Pick<Catalog, 'alerts'>
  readonly database: Database
  /** Finds the addresses and secrets of webhooks. */
  readonly lookup: VariableLookup
  /** Between two tries of a message. Default `DELIVERY_BACK_OFF`. */
  readonly alertBackOff?: BackOff
}

/** What watches, tells, and answers people who ask about alerts. */
export function createAllAlertActivities(parts: AlertParts) {
  const { catalog, database, logger, lookup } = parts
  const alertSettings = catalog.alerts ?? DEFAULT_ALERT_SETTINGS
  const { usable, unusable } = usableWebhooks(alertSettings.webhooks, lookup)
  for (const { name, reason } of unusable) {
    logger.warn(`webhook ${name} ${reason}; what is to be told to it is kept until then`)
  }
  const alertSender = createAlertSender({
    webhooks: usable,
    logger,
    ...(parts.patienceMs === undefined ? {} : { patienceMs: parts.patienceMs }),
  })
  const alerts = createAlertStore(database)
  const outbox = createAlertOutbox(database)
  const wakeDelivery = createWakeDelivery(parts)
  return {
    ...createAlertActivities({
      alertSettings,
      alerts,
      outbox,
      wakeDelivery,
      budgets: createBudgetStore(database),
      alertReader: createAlertReader(database),
      spendSlots: createSpendSlotStore(database),
      readVersionHealth: () => readVersionHealth(database),
      readSchedules: createReadSchedules(parts),
    }),
    ...createAlertDeliveryActivities({
      outbox,
      alertSender,
      ...(parts.alertBackOff === undefined ? {} : { alertBackOff: parts.alertBackOff }),
    }),
    ...createAlertDeskActivities({
      alertSettings,
      alerts,
      alertSender,
      unusableWebhooks: unusable,
      wakeDelivery,
    }),
  }
}

export type AllAlertActivities = ReturnType<typeof createAllAlertActivities>
