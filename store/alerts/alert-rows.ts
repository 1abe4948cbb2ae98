import type { Alert, AlertRecord } from '../../domain/alerts/alert.ts'
import type { AlertState } from '../../domain/alerts/transition-alert.ts'
import type { alerts } from '../schema/alert-schema.ts'
import type { Finding } from '../../domain/alerts/finding.ts'
import { instant } from '../moments.ts'
import type { LiveAlert } from '../../domain/alerts/changes-from.ts'

type Row = typeof alerts.$inferSelect

/** What is measured of a subject, by a rule or for a test. */
type Measured = Omit<Alert, 'alertId'> & Pick<Finding, 'status'>

/** The row of an alert that begins. */
export function newRow(alertId: string, finding: Measured, state: AlertState, nowMs: number) {
  const { fingerprint, rule, subject } = finding
  return {
    alertId,
    fingerprint,
    rule,
    subject,
    ...measuredColumns(finding),
    breaches: 1,
    firstBreachedAt: instant(state.firstBreachedAtMs),
    lastBreachedAt: instant(nowMs),
    ...stateColumns(state),
  }
}

/** What a look changes about a row: its state, and what was measured if that was a breach. */
export function changedColumns(finding: Finding | undefined, state: AlertState, nowMs: number) {
  const isBreached = finding?.status === 'breached'
  return {
    ...stateColumns(state),
    ...(isBreached ? { ...measuredColumns(finding), lastBreachedAt: instant(nowMs) } : {}),
  }
}

function measuredColumns({ severity, summary, value, threshold, unit }: Measured) {
  return { severity, summary, value, threshold, unit }
}

function stateColumns(state: AlertState) {
  const { phase } = state
  return {
    phase,
    openedAt: phase === 'pending' ? null : instant(state.openedAtMs),
    clearSince: phase === 'open' && state.clearSinceMs !== undefined ? instant(state.clearSinceMs) : null,
    resolvedAt: phase === 'resolved' ? instant(state.resolvedAtMs) : null,
  }
}

/** A row as the rules go on from it; nothing of one that is over. */
export function toLiveAlert({ alertId, fingerprint, rule, phase, ...times }: Row): readonly LiveAlert[] {
  if (rule === 'test' || phase === 'resolved') return []
  const firstBreachedAtMs = Date.parse(times.firstBreachedAt)
  if (times.openedAt === null)
    return [{ alertId, fingerprint, rule, state: { phase: 'pending', firstBreachedAtMs } }]
  const openedAtMs = Date.parse(times.openedAt)
  const clear = times.clearSince === null ? {} : { clearSinceMs: Date.parse(times.clearSince) }
  return [{ alertId, fingerprint, rule, state: { phase: 'open', firstBreachedAtMs, openedAtMs, ...clear } }]
}

/** A row as people see it. */
export function toRecord(row: Row): AlertRecord {
  const { alertId, fingerprint, rule, subject, severity, summary, value, threshold, unit, breaches } = row
  const { acknowledgedBy: by, acknowledgedAt, acknowledgedComment: comment, resolvedAt } = row
  const acknowledged =
    by === null || acknowledgedAt === null
      ? {}
      : {
          acknowledged: { by, atMs: Date.parse(acknowledgedAt), ...(comment === null ? {} : { comment }) },
        }
  return {
    alertId,
    fingerprint,
    rule,
    subject,
    severity,
    summary,
    value,
    threshold,
    unit,
    breaches,
    phase: resolvedAt === null ? 'open' : 'resolved',
    firstBreachedAtMs: Date.parse(row.firstBreachedAt),
    lastBreachedAtMs: Date.parse(row.lastBreachedAt),
    openedAtMs: Date.parse(row.openedAt ?? row.firstBreachedAt),
    ...(resolvedAt === null ? {} : { resolvedAtMs: Date.parse(resolvedAt) }),
    ...acknowledged,
  }
}
