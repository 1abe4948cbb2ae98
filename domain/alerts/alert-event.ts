import type { Alert } from './alert.ts'
import { formatUtc } from '../format-utc.ts'

export const ALERT_EVENT_KINDS = ['fired', 'resolved', 'test'] as const
export type AlertEventKind = (typeof ALERT_EVENT_KINDS)[number]

/** What is told about an alert, once to each receiver. Times are milliseconds since the epoch. */
export interface AlertEvent {
  /** The same at every try: a receiver that has seen it already may drop it. */
  readonly eventId: string
  readonly kind: AlertEventKind
  readonly atMs: number
  /** A sentence for people. */
  readonly text: string
  readonly alert: Alert & { readonly openedAtMs: number; readonly resolvedAtMs?: number }
}

/** The receiver that is always there: the log of the orchestrators. No webhook has its name. */
export const LOG_RECEIVER = 'log'

/** There is one event of a kind for each alert. */
export function alertEventId(alertId: string, kind: AlertEventKind): string {
  return `${alertId}.${kind}`
}

/** Whether and how an event reached a receiver. */
export interface AlertDelivery {
  readonly eventId: string
  readonly kind: AlertEventKind
  readonly receiver: string
  readonly tries: number
  /** Why the last try failed. */
  readonly failure?: string
  /** Absent: it is still to be told. */
  readonly deliveredAtMs?: number
  /** Of one that is still to be told. */
  readonly nextTryAtMs?: number
}

/** The body of a webhook's message, in a form that does not change: times in ISO 8601. */
export function webhookBody({ eventId, kind, atMs, text, alert }: AlertEvent): object {
  const { alertId, openedAtMs, resolvedAtMs, ...told } = alert
  return {
    id: eventId,
    type: `alert.${kind}`,
    timestamp: isoInstant(atMs),
    data: {
      text,
      alert: {
        id: alertId,
        ...told,
        openedAt: isoInstant(openedAtMs),
        ...(resolvedAtMs === undefined ? {} : { resolvedAt: isoInstant(resolvedAtMs) }),
      },
    },
  }
}

function isoInstant(epochMs: number): string {
  const millis = String(((epochMs % 1000) + 1000) % 1000).padStart(3, '0')
  return formatUtc(epochMs).replace(' UTC', `.${millis}Z`).replace(' ', 'T')
}
