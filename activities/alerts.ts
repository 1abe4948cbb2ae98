import type { AlertCheckReport } from '../domain/alerts/check-report.ts'
import { type AlertReadings, evaluateRules, type FailedReading } from '../domain/alerts/evaluate-rules.ts'
import type { AlertOutbox } from '../store/alerts/alert-outbox.ts'
import type { AlertReader } from '../store/alerts/alert-readings.ts'
import type { AlertReceiver, AlertStore } from '../store/alerts/alerts.ts'
import type { AlertSettings } from '../domain/alerts/alert-settings.ts'
import type { BudgetReading } from '../domain/alerts/budget-rule.ts'
import type { BudgetStore } from '../store/budgets/budgets.ts'
import { isHealthKnown } from '../domain/maintenance/health/version-health.ts'
import type { HealthReading } from '../domain/alerts/health-rule.ts'
import { LOG_RECEIVER } from '../domain/alerts/alert-event.ts'
import type { ScheduleReading } from '../domain/alerts/schedule-rule.ts'
import type { SpendReading } from '../domain/alerts/spend-slots.ts'
import type { SpendSlotStore } from '../store/alerts/spend-slots.ts'
import type { VersionHealth } from '../domain/maintenance/health/version-health.ts'
import { messageOf } from '../domain/message-of.ts'

export interface AlertActivityDeps {
  readonly alertSettings: AlertSettings
  readonly alerts: Pick<AlertStore, 'apply' | 'forget'>
  readonly outbox: Pick<AlertOutbox, 'status'>
  readonly budgets: Pick<BudgetStore, 'list'>
  readonly alertReader: AlertReader
  readonly spendSlots: SpendSlotStore
  readonly readVersionHealth: () => Promise<readonly VersionHealth[]>
  /** Asks Temporal how the schedules of maintenance stand. */
  readonly readSchedules: () => Promise<readonly ScheduleReading[]>
  /** Has what is in the outbox delivered, by a workflow that runs once. */
  readonly wakeDelivery: () => Promise<void>
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number
}

/** Alerts that ended so long ago are forgotten, in milliseconds. */
const KEPT_MS = 90 * 24 * 3_600_000

/** Looks at everything that alerts are about. */
export function createAlertActivities(deps: AlertActivityDeps) {
  const { alertSettings: settings, alerts, outbox, now = Date.now } = deps
  const receivers = receiversOf(settings)
  return {
    /**
     * Asks every rule and takes in what it finds. May be run twice: what is open stays open, and its event is written
     * once, with the change.
     */
    evaluateAlerts: async (): Promise<AlertCheckReport> => {
      const nowMs = now()
      const found = evaluateRules(await readAll(deps, nowMs), settings, nowMs)
      const events = await alerts.apply(found, { hysteresis: settings.hysteresis, receivers, nowMs })
      await alerts.forget(nowMs - KEPT_MS)
      const { pending } = await outbox.status(receivers.map(({ name }) => name))
      if (pending > 0) await deps.wakeDelivery()
      const textsOf = (kind: 'fired' | 'resolved') =>
        events.flatMap((event) => (event.kind === kind ? [event.text] : []))
      return {
        checkedAtMs: nowMs,
        subjects: found.findings.length,
        breached: found.findings.filter(({ status }) => status === 'breached').length,
        fired: textsOf('fired'),
        resolved: textsOf('resolved'),
        failed: found.failed,
        undelivered: pending,
      }
    },
  }
}

export type AlertActivities = ReturnType<typeof createAlertActivities>

/** The log, which is always told, and the webhooks. */
export function receiversOf({ webhooks }: AlertSettings): readonly AlertReceiver[] {
  return [{ name: LOG_RECEIVER }, ...webhooks]
}

/** Each reading by itself: one that fails says nothing about the others. */
async function readAll(deps: AlertActivityDeps, nowMs: number): Promise<AlertReadings> {
  const { alertReader, alertSettings } = deps
  const [budgets, spends, traffic, health, schedules] = await Promise.all([
    orFailure(readBudgets(deps, nowMs)),
    orFailure(readSpends(deps, nowMs)),
    orFailure(alertReader.traffic(nowMs, alertSettings.traffic)),
    orFailure(readHealth(deps, nowMs)),
    orFailure(deps.readSchedules()),
  ])
  return { budgets, spends, traffic, health, schedules }
}

async function orFailure<Value>(
  reading: Promise<readonly Value[]>,
): Promise<readonly Value[] | FailedReading> {
  try {
    return await reading
  } catch (error) {
    return { failure: messageOf(error) }
  }
}

/** A budget of which less than this is spent has room for a usual call. */
const WORTH_ASKING = 0.5

async function readBudgets(
  { budgets, alertReader }: AlertActivityDeps,
  nowMs: number,
): Promise<readonly BudgetReading[]> {
  const all = await budgets.list({}, nowMs)
  const asked = all.filter(({ spentNanoUsd, capNanoUsd }) => spentNanoUsd >= capNanoUsd * WORTH_ASKING)
  const usual = await alertReader.usualReservations(asked)
  return all.map((budget) => {
    const usualReservationNanoUsd = usual.get(budget.id)
    return { budget, ...(usualReservationNanoUsd === undefined ? {} : { usualReservationNanoUsd }) }
  })
}

async function readSpends(
  { spendSlots, alertSettings }: AlertActivityDeps,
  nowMs: number,
): Promise<readonly SpendReading[]> {
  await spendSlots.refresh(nowMs)
  return spendSlots.read(nowMs, alertSettings.spend.floorNanoUsdPerHour)
}

async function readHealth(
  { readVersionHealth }: AlertActivityDeps,
  nowMs: number,
): Promise<readonly HealthReading[]> {
  const kept = await readVersionHealth()
  return kept.filter((health) => isHealthKnown(health, nowMs))
}
