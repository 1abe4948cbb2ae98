import { and, desc, eq, inArray, isNotNull, lt, or, sql } from '../drizzle.ts'
import { alertDeliveries, alertEvents, alerts } from '../schema.ts'
import type { AlertDelivery, AlertEvent } from '../../domain/alerts/alert-event.ts'
import type { AlertDetails, AlertListRequest } from '../../domain/alerts/alert-requests.ts'
import { type AlertChange, changesFrom } from '../../domain/alerts/changes-from.ts'
import type { Acknowledgement, AlertRecord, AlertRule } from '../../domain/alerts/alert.ts'
import { changedColumns, newRow, toLiveAlert, toRecord } from './alert-rows.ts'
import type { Database, Transaction } from '../connection.ts'
import type { Findings } from '../../domain/alerts/finding.ts'
import type { Hysteresis } from '../../domain/alerts/transition-alert.ts'
import { eventOf } from '../../domain/alerts/event-of.ts'
import { inTransaction } from '../transaction.ts'
import { instant } from '../moments.ts'

/** Somebody who is told. */
export interface AlertReceiver {
  readonly name: string
  /** Absent: of all rules. */
  readonly rules?: readonly AlertRule[]
}

export interface ApplyOptions {
  readonly hysteresis: Readonly<Record<AlertRule, Hysteresis>>
  readonly receivers: readonly AlertReceiver[]
  /** Milliseconds since the epoch. */
  readonly nowMs: number
}

/** Alerts. An event is written in the transaction that changes its alert, with whom it is to be told. */
export interface AlertStore {
  /** Takes a look in. Any number may come at once: one alert for a fingerprint is open. Returns what is to be told. */
  apply(findings: Findings, options: ApplyOptions): Promise<readonly AlertEvent[]>
  /** Writes an event of a kind of its own to every receiver, under an alert that is over at once. */
  writeTest(event: AlertEvent, receivers: readonly AlertReceiver[]): Promise<void>
  /** The newest first. */
  list(request: AlertListRequest): Promise<readonly AlertDetails[]>
  /** By its id, or the newest with this fingerprint. */
  find(idOrFingerprint: string): Promise<AlertDetails | undefined>
  /** Says that somebody has seen it; the last word counts. `undefined`: it is not there, or not open. */
  acknowledge(idOrFingerprint: string, acknowledgement: Acknowledgement): Promise<AlertRecord | undefined>
  /** Forgets alerts that ended before a moment, with their events. Returns how many. */
  forget(resolvedBeforeMs: number): Promise<number>
}

const MOST_LISTED = 100

export function createAlertStore(database: Database): AlertStore {
  const { queries } = database
  const find = async (idOrFingerprint: string): Promise<AlertDetails | undefined> => {
    const [row] = await queries
      .select()
      .from(alerts)
      .where(and(isShown, or(eq(alerts.alertId, idOrFingerprint), eq(alerts.fingerprint, idOrFingerprint))))
      .orderBy(desc(alerts.openedAt))
      .limit(1)
    return row === undefined ? undefined : (await withDeliveries(database, [row]))[0]
  }
  return {
    apply: (findings, options) =>
      inTransaction(database, (transaction) => apply(transaction, findings, options)),
    writeTest: (event, receivers) =>
      inTransaction(database, async (transaction) => {
        const { alert, atMs, text } = event
        const state = {
          phase: 'resolved',
          firstBreachedAtMs: atMs,
          openedAtMs: atMs,
          resolvedAtMs: atMs,
        } as const
        const finding = { ...alert, summary: text, status: 'clear' } as const
        await transaction.insert(alerts).values(newRow(alert.alertId, finding, state, atMs))
        await writeEvents(transaction, [event], receivers)
      }),
    list: async ({ resolvedToo = false, limit = MOST_LISTED }) => {
      const rows = await queries
        .select()
        .from(alerts)
        .where(resolvedToo ? isShown : eq(alerts.phase, 'open'))
        .orderBy(desc(alerts.openedAt), alerts.alertId)
        .limit(limit)
      return withDeliveries(database, rows)
    },
    find,
    acknowledge: async (idOrFingerprint, { by, atMs, comment = null }) => {
      const [row] = await queries
        .update(alerts)
        .set({
          acknowledgedBy: by,
          acknowledgedAt: instant(atMs),
          acknowledgedComment: comment,
        })
        .where(
          and(
            eq(alerts.phase, 'open'),
            or(eq(alerts.alertId, idOrFingerprint), eq(alerts.fingerprint, idOrFingerprint)),
          ),
        )
        .returning()
      return row === undefined ? undefined : toRecord(row)
    },
    forget: async (resolvedBeforeMs) => {
      const forgotten = await queries
        .delete(alerts)
        .where(lt(alerts.resolvedAt, instant(resolvedBeforeMs)))
        .returning({ alertId: alerts.alertId })
      return forgotten.length
    },
  }
}

/** What is only suspected is not shown. */
const isShown = isNotNull(alerts.openedAt)

/** Looks one after the other: two at once would both find that there is no alert yet. */
async function apply(
  transaction: Transaction,
  findings: Findings,
  { hysteresis, receivers, nowMs }: ApplyOptions,
): Promise<readonly AlertEvent[]> {
  await transaction.execute(sql`lock table ${alerts} in share row exclusive mode`)
  const rows = await transaction
    .select()
    .from(alerts)
    .where(inArray(alerts.phase, ['pending', 'open']))
  const changes = changesFrom(rows.flatMap(toLiveAlert), findings, hysteresis, nowMs)
  const events: AlertEvent[] = []
  for (const change of changes) {
    // oxlint-disable-next-line no-await-in-loop -- one connection
    const row = await write(transaction, change, nowMs)
    if (row === undefined || change.event === undefined) continue
    events.push(eventOf(toRecord(row), change.event, nowMs, change.finding))
  }
  await writeEvents(transaction, events, receivers)
  return events
}

async function write(
  transaction: Transaction,
  { live, finding, state }: AlertChange,
  nowMs: number,
): Promise<typeof alerts.$inferSelect | undefined> {
  if (live === undefined) {
    if (finding === undefined || state === undefined) return undefined
    const row = newRow(crypto.randomUUID(), finding, state, nowMs)
    return (await transaction.insert(alerts).values(row).returning())[0]
  }
  const isThis = eq(alerts.alertId, live.alertId)
  if (state === undefined) {
    await transaction.delete(alerts).where(isThis)
    return undefined
  }
  const [row] = await transaction
    .update(alerts)
    .set({
      ...changedColumns(finding, state, nowMs),
      ...(finding?.status === 'breached' ? { breaches: sql`${alerts.breaches} + 1` } : {}),
    })
    .where(isThis)
    .returning()
  return row
}

async function writeEvents(
  transaction: Transaction,
  events: readonly AlertEvent[],
  receivers: readonly AlertReceiver[],
): Promise<void> {
  if (events.length === 0) return
  await transaction.insert(alertEvents).values(
    events.map((event) => ({
      eventId: event.eventId,
      alertId: event.alert.alertId,
      kind: event.kind,
      event,
      createdAt: instant(event.atMs),
    })),
  )
  const deliveries = events.flatMap((event) =>
    receivers
      .filter(({ rules }) => isFor(event.alert.rule, rules))
      .map(({ name }) => ({ eventId: event.eventId, receiver: name, nextTryAt: instant(event.atMs) })),
  )
  if (deliveries.length > 0) await transaction.insert(alertDeliveries).values(deliveries)
}

function isFor(rule: AlertRule | 'test', rules: AlertReceiver['rules']): boolean {
  return rule === 'test' || rules === undefined || rules.includes(rule)
}

async function withDeliveries(
  { queries }: Database,
  rows: readonly (typeof alerts.$inferSelect)[],
): Promise<readonly AlertDetails[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ alertId }) => alertId)
  const found = await queries
    .select({ delivery: alertDeliveries, kind: alertEvents.kind, alertId: alertEvents.alertId })
    .from(alertDeliveries)
    .innerJoin(alertEvents, eq(alertEvents.eventId, alertDeliveries.eventId))
    .where(inArray(alertEvents.alertId, ids))
    .orderBy(alertEvents.createdAt, alertEvents.kind, alertDeliveries.receiver)
  const byAlert = Map.groupBy(found, ({ alertId }) => alertId)
  return rows.map((row) => ({
    alert: toRecord(row),
    deliveries: (byAlert.get(row.alertId) ?? []).map(({ delivery, kind }) => toDelivery(delivery, kind)),
  }))
}

function toDelivery(
  { eventId, receiver, tries, failure, deliveredAt, nextTryAt }: typeof alertDeliveries.$inferSelect,
  kind: AlertDelivery['kind'],
): AlertDelivery {
  return {
    eventId,
    kind,
    receiver,
    tries,
    ...(failure === null ? {} : { failure }),
    ...(deliveredAt === null
      ? { nextTryAtMs: Date.parse(nextTryAt) }
      : { deliveredAtMs: Date.parse(deliveredAt) }),
  }
}
