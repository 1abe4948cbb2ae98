import type { Alert, AlertRule } from './alert.ts'

/**
 * What a rule says about one subject now.
 * `holding`: neither bad enough to fire nor good enough to resolve, so that an alert does not flap at its threshold.
 */
export type FindingStatus = 'breached' | 'holding' | 'clear'

/** One subject as a rule finds it; what it measured stands in the alert's own words. */
export interface Finding extends Omit<Alert, 'alertId' | 'rule'> {
  readonly rule: AlertRule
  readonly status: FindingStatus
}

/**
 * All that was found in one look. A subject of an evaluated rule that has no finding is not there any more, or so quiet
 * that there is nothing to say: its alert ends. Alerts of rules that were not evaluated stay as they are.
 */
export interface Findings {
  readonly evaluated: readonly AlertRule[]
  readonly findings: readonly Finding[]
}
