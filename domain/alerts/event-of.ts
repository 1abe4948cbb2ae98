import { type AlertEvent, alertEventId } from './alert-event.ts'
import type { AlertRecord } from './alert.ts'
import type { Finding } from './finding.ts'

/** What is told when an alert fires or resolves. */
export function eventOf(
  alert: AlertRecord,
  kind: 'fired' | 'resolved',
  atMs: number,
  finding?: Finding,
): AlertEvent {
  const { alertId, fingerprint, rule, subject, severity, summary, value, threshold, unit } = alert
  const { openedAtMs, resolvedAtMs } = alert
  const now = finding?.summary ?? 'it is not measured any more'
  return {
    eventId: alertEventId(alertId, kind),
    kind,
    atMs,
    text: kind === 'fired' ? summary : `over for ${subject}: ${now}`,
    alert: {
      alertId,
      fingerprint,
      rule,
      subject,
      severity,
      summary,
      value,
      threshold,
      unit,
      openedAtMs,
      ...(resolvedAtMs === undefined ? {} : { resolvedAtMs }),
    },
  }
}

/** An event that says nothing but that it arrives. */
export function testEvent(alertId: string, by: string, atMs: number): AlertEvent {
  const text = `a test by ${by}: nothing is wrong`
  return {
    eventId: alertEventId(alertId, 'test'),
    kind: 'test',
    atMs,
    text,
    alert: {
      alertId,
      fingerprint: `test/${alertId}`,
      rule: 'test',
      subject: 'the way of alerts',
      severity: 'info',
      summary: text,
      value: 0,
      threshold: 0,
      unit: 'failures',
      openedAtMs: atMs,
      resolvedAtMs: atMs,
    },
  }
}
