import { and, asc, eq, inArray, isNull, type SQL, sql } from '../drizzle.ts'
import { alertDeliveries, alertEvents } from '../schema.ts'
import type { AlertEvent } from '../../domain/alerts/alert-event.ts'
import type { Database } from '../connection.ts'
import { instant } from '../moments.ts'

/** An event that is to be told to a receiver. */
export interface DueDelivery {
  readonly receiver: string
  readonly event: AlertEvent
  /** Tries that failed. */
  readonly tries: number
}

/** What is still to be told to receivers that are there. */
export interface OutboxStatus {
  readonly pending: number
  /** When the next try is due, in milliseconds since the epoch; absent: nothing is pending. */
  readonly nextTryAtMs?: number
}

export interface DeliveryName {
  readonly eventId: string
  readonly receiver: string
}

/** Events on their way. `nowMs`: milliseconds since the epoch. */
export interface AlertOutbox {
  /**
   * What is due now for these receivers, in the order in which it happened. The end of an alert is not due at a receiver
   * that does not know of its beginning yet.
   */
  due(receivers: readonly string[], nowMs: number): Promise<readonly DueDelivery[]>
  delivered(name: DeliveryName, nowMs: number): Promise<void>
  failed(name: DeliveryName, failure: string, nextTryAtMs: number): Promise<void>
  /** Nothing that is due now is tried at a receiver before a moment: it is away. */
  postpone(receiver: string, untilMs: number): Promise<void>
  status(receivers: readonly string[]): Promise<OutboxStatus>
}

const MOST_AT_ONCE = 50

export function createAlertOutbox({ queries }: Database): AlertOutbox {
  return {
    due: async (receivers, nowMs) => {
      if (receivers.length === 0) return []
      return queries
        .select({
          receiver: alertDeliveries.receiver,
          event: alertEvents.event,
          tries: alertDeliveries.tries,
        })
        .from(alertDeliveries)
        .innerJoin(alertEvents, eq(alertEvents.eventId, alertDeliveries.eventId))
        .where(
          and(isPending(receivers), sql`${alertDeliveries.nextTryAt} <= ${instant(nowMs)}`, hasBeginning),
        )
        .orderBy(asc(alertEvents.createdAt), asc(alertEvents.eventId), asc(alertDeliveries.receiver))
        .limit(MOST_AT_ONCE)
    },
    delivered: async (name, nowMs) => {
      await queries
        .update(alertDeliveries)
        .set({ tries: sql`${alertDeliveries.tries} + 1`, deliveredAt: instant(nowMs), failure: null })
        .where(and(isThis(name), isNull(alertDeliveries.deliveredAt)))
    },
    failed: async (name, failure, nextTryAtMs) => {
      await queries
        .update(alertDeliveries)
        .set({ tries: sql`${alertDeliveries.tries} + 1`, failure, nextTryAt: instant(nextTryAtMs) })
        .where(and(isThis(name), isNull(alertDeliveries.deliveredAt)))
    },
    postpone: async (receiver, untilMs) => {
      await queries
        .update(alertDeliveries)
        .set({ nextTryAt: instant(untilMs) })
        .where(and(isPending([receiver]), sql`${alertDeliveries.nextTryAt} < ${instant(untilMs)}`))
    },
    status: async (receivers) => {
      if (receivers.length === 0) return { pending: 0 }
      const [row] = await queries
        .select({
          pending: sql`count(*)`.mapWith(Number),
          next: sql<number | null>`(extract(epoch from
            min(${alertDeliveries.nextTryAt}) filter (where ${hasBeginning})) * 1000)::float8`,
        })
        .from(alertDeliveries)
        .innerJoin(alertEvents, eq(alertEvents.eventId, alertDeliveries.eventId))
        .where(isPending(receivers))
      const { pending = 0, next = null } = row ?? {}
      return { pending, ...(next === null ? {} : { nextTryAtMs: next }) }
    },
  }
}

function isPending(receivers: readonly string[]): SQL | undefined {
  return and(isNull(alertDeliveries.deliveredAt), inArray(alertDeliveries.receiver, [...receivers]))
}

function isThis({ eventId, receiver }: DeliveryName): SQL | undefined {
  return and(eq(alertDeliveries.eventId, eventId), eq(alertDeliveries.receiver, receiver))
}

/** Events of one alert are told in their order. */
const hasBeginning = sql`not exists (
  select 1 from alert_deliveries earlier join alert_events began on began.event_id = earlier.event_id
  where began.alert_id = ${alertEvents.alertId} and began.kind = 'fired' and ${alertEvents.kind} = 'resolved'
    and earlier.receiver = ${alertDeliveries.receiver} and earlier.delivered_at is null)`
