import type { AlertRule, AlertSeverity, AlertUnit } from '../../domain/alerts/alert.ts'
import type { AlertEvent, AlertEventKind } from '../../domain/alerts/alert-event.ts'
import type { AlertState } from '../../domain/alerts/transition-alert.ts'
import { sql, doublePrecision, index, integer, pgTable, primaryKey, text, uniqueIndex } from '../drizzle.ts'
import { documentColumn, instantColumn, nanoUsdColumn } from '../columns.ts'

/** Alerts, and what is only suspected yet. */
export const alerts = pgTable(
  'alerts',
  {
    alertId: text('alert_id').primaryKey(),
    fingerprint: text('fingerprint').notNull(),
    rule: text('rule').$type<AlertRule | 'test'>().notNull(),
    subject: text('subject').notNull(),
    severity: text('severity').$type<AlertSeverity>().notNull(),
    /** As it was when it was last found breached, like the figures. */
    summary: text('summary').notNull(),
    value: doublePrecision('value').notNull(),
    threshold: doublePrecision('threshold').notNull(),
    unit: text('unit').$type<AlertUnit>().notNull(),
    phase: text('phase').$type<AlertState['phase']>().notNull(),
    /** Looks that found it breached. */
    breaches: integer('breaches').notNull(),
    firstBreachedAt: instantColumn('first_breached_at').notNull(),
    lastBreachedAt: instantColumn('last_breached_at').notNull(),
    /** Null while it is suspected. */
    openedAt: instantColumn('opened_at'),
    /** Since when every look found it clear; null while one does not. */
    clearSince: instantColumn('clear_since'),
    resolvedAt: instantColumn('resolved_at'),
    acknowledgedBy: text('acknowledged_by'),
    acknowledgedAt: instantColumn('acknowledged_at'),
    acknowledgedComment: text('acknowledged_comment'),
  },
  (table) => [
    // What makes a thousand breaches one alert, whoever writes.
    uniqueIndex('alerts_once_at_a_time')
      .on(table.fingerprint)
      .where(sql`phase <> 'resolved'`),
    index('alerts_by_opening').on(table.openedAt),
  ],
)

/** What is to be told: written in the transaction that changes the alert, so that neither is there without the other. */
export const alertEvents = pgTable(
  'alert_events',
  {
    eventId: text('event_id').primaryKey(),
    alertId: text('alert_id')
      .notNull()
      .references(() => alerts.alertId, { onDelete: 'cascade' }),
    kind: text('kind').$type<AlertEventKind>().notNull(),
    event: documentColumn('event').$type<AlertEvent>().notNull(),
    createdAt: instantColumn('created_at').notNull(),
  },
  (table) => [index('alert_events_of_alert').on(table.alertId)],
)

/** Whom an event is to be told, and whether that was done. */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    eventId: text('event_id')
      .notNull()
      .references(() => alertEvents.eventId, { onDelete: 'cascade' }),
    /** The name of a webhook, or `log`. */
    receiver: text('receiver').notNull(),
    tries: integer('tries').notNull().default(0),
    nextTryAt: instantColumn('next_try_at').notNull(),
    /** Why the last try failed; null when it did not. */
    failure: text('failure'),
    deliveredAt: instantColumn('delivered_at'),
  },
  (table) => [
    primaryKey({ name: 'alert_deliveries_pkey', columns: [table.eventId, table.receiver] }),
    index('alert_deliveries_due')
      .on(table.nextTryAt)
      .where(sql`delivered_at is null`),
  ],
)

/** What each tenant was booked in five minutes, for a little more than a week: the ledger's own rows are too many to sum. */
export const spendSlots = pgTable(
  'spend_slots',
  {
    tenant: text('tenant').notNull(),
    startsAt: instantColumn('starts_at').notNull(),
    costNanoUsd: nanoUsdColumn('cost_nano_usd').notNull(),
  },
  (table) => [
    primaryKey({ name: 'spend_slots_pkey', columns: [table.tenant, table.startsAt] }),
    index('spend_slots_by_time').on(table.startsAt),
  ],
)
