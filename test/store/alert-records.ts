import type { AlertRule } from '../../domain/alerts/alert.ts'
import type { ApplyOptions } from '../../store/alerts/alerts.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import type { Finding, Findings } from '../../domain/alerts/finding.ts'

export const NOON = Date.UTC(2026, 10, 21, 12)

/** A finding about a subject of its own rule, breached unless a test says otherwise. */
export function findingOf(subject: string, changes: Partial<Finding> = {}): Finding {
  const rule: AlertRule = changes.rule ?? 'model-health'
  return {
    rule,
    fingerprint: `${rule}/${subject}`,
    subject,
    status: 'breached',
    severity: 'critical',
    summary: `${subject} is out of routing`,
    value: 1,
    threshold: 1,
    unit: 'failures',
    ...changes,
  }
}

/** All that one look found about one rule. */
export function look(...findings: readonly Finding[]): Findings {
  return { evaluated: ['model-health'], findings }
}

/** Alerts open and resolve at once, and the receivers `log` and `ops` are told. */
export function options(atMs: number): ApplyOptions {
  const { hysteresis } = DEFAULT_ALERT_SETTINGS
  const atOnce = { openAfterMs: 0, resolveAfterMs: 0 }
  return {
    hysteresis: { ...hysteresis, 'model-health': atOnce },
    receivers: [{ name: 'log' }, { name: 'ops' }],
    nowMs: atMs,
  }
}
