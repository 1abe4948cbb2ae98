/** What is watched. */
export const ALERT_RULES = [
  'budget',
  'spend-anomaly',
  'error-rate',
  'latency',
  'model-health',
  'schedule',
  /** The watching itself: a rule whose readings could not be made. */
  'watch',
] as const
export type AlertRule = (typeof ALERT_RULES)[number]

export const ALERT_SEVERITIES = ['warning', 'critical', 'info'] as const
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/** What a figure counts. `share`: 0 to 1; `standard-deviations`: of the usual spend. */
export type AlertUnit = 'share' | 'standard-deviations' | 'failures' | 'milliseconds'

/** One thing that was, or is, not as it should be. A new breach after its end is a new alert. */
export interface Alert {
  readonly alertId: string
  /** Rule, subject and, where there is one, window: at most one alert with it is open. */
  readonly fingerprint: string
  /** `test`: a person wanted to see an alert arrive. */
  readonly rule: AlertRule | 'test'
  /** What it is about, for people: `tenant acme`, `chat-small 2026-11-01`. */
  readonly subject: string
  readonly severity: AlertSeverity
  /** A sentence that says what was measured and what was allowed. */
  readonly summary: string
  readonly value: number
  readonly threshold: number
  readonly unit: AlertUnit
}

/** How an alert that people see stands; one that is only suspected is not shown. */
export const SHOWN_PHASES = ['open', 'resolved'] as const
export type ShownPhase = (typeof SHOWN_PHASES)[number]

/** An alert as people see it. Times are milliseconds since the epoch. */
export interface AlertRecord extends Alert {
  readonly phase: ShownPhase
  /** Looks that found it breached, so far. */
  readonly breaches: number
  readonly firstBreachedAtMs: number
  readonly lastBreachedAtMs: number
  readonly openedAtMs: number
  readonly resolvedAtMs?: number
  readonly acknowledged?: Acknowledgement
}

/** That somebody has seen it. It stays open until what is wrong is over. */
export interface Acknowledgement {
  readonly by: string
  readonly atMs: number
  readonly comment?: string
}
