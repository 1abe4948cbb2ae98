import { ALERT_RULES, type AlertRule } from './alert.ts'
import type { AlertSettings } from './alert-settings.ts'
import { type BudgetReading, judgeBudgets } from './budget-rule.ts'
import type { Finding, Findings } from './finding.ts'
import { type HealthReading, judgeHealth } from './health-rule.ts'
import { judgeErrors, judgeLatency, type TrafficReading } from './traffic-rules.ts'
import { judgeSchedules, type ScheduleReading } from './schedule-rule.ts'
import { judgeSpends } from './spend-rule.ts'
import type { SpendReading } from './spend-slots.ts'

/** What could not be read, and why. */
export interface FailedReading {
  readonly failure: string
}

type Reading<Value> = readonly Value[] | FailedReading

/** What the rules look at. */
export interface AlertReadings {
  readonly budgets: Reading<BudgetReading>
  readonly spends: Reading<SpendReading>
  readonly traffic: Reading<TrafficReading>
  readonly health: Reading<HealthReading>
  readonly schedules: Reading<ScheduleReading>
}

/** Which reading each rule looks at. */
const READING_OF = {
  budget: 'budgets',
  'spend-anomaly': 'spends',
  'error-rate': 'traffic',
  latency: 'traffic',
  'model-health': 'health',
  schedule: 'schedules',
} as const satisfies Partial<Record<AlertRule, keyof AlertReadings>>

/**
 * Asks every rule that is on and whose reading was made. A rule that is off counts as evaluated, so that what it had
 * fired ends; one whose reading failed leaves its alerts as they are, and the watching itself has a finding.
 */
export function evaluateRules(
  readings: AlertReadings,
  settings: AlertSettings,
  nowMs: number,
): Findings & { readonly failed: readonly AlertRule[] } {
  const isOff = (rule: AlertRule) => settings.disabled.includes(rule)
  const failed = WATCHED.flatMap((rule) => {
    const reading = readings[READING_OF[rule]]
    return isOff(rule) || !isFailed(reading) ? [] : [{ rule, failure: reading.failure }]
  })
  const judged: readonly Finding[] = [
    ...judgeBudgets(made(readings.budgets), settings.budget),
    ...judgeSpends(made(readings.spends), settings.spend),
    ...judgeErrors(made(readings.traffic), settings.traffic),
    ...judgeLatency(made(readings.traffic), settings.traffic),
    ...judgeHealth(made(readings.health)),
    ...judgeSchedules(made(readings.schedules), nowMs),
    ...failed.map(({ rule, failure }) => unwatched(rule, failure)),
  ]
  return {
    evaluated: ALERT_RULES.filter((rule) => !failed.some((other) => other.rule === rule)),
    findings: judged.filter(({ rule }) => !isOff(rule)),
    failed: failed.map(({ rule }) => rule),
  }
}

const WATCHED = ALERT_RULES.filter((rule) => rule !== 'watch')

function isFailed(reading: Reading<unknown>): reading is FailedReading {
  return 'failure' in reading
}

function made<Value>(reading: Reading<Value>): readonly Value[] {
  return isFailed(reading) ? [] : reading
}

function unwatched(rule: AlertRule, failure: string): Finding {
  return {
    rule: 'watch',
    fingerprint: `watch/${rule}`,
    subject: `rule ${rule}`,
    status: 'breached',
    severity: 'warning',
    summary: `what the rule ${rule} looks at cannot be read: ${failure}`,
    value: 1,
    threshold: 1,
    unit: 'failures',
  }
}
