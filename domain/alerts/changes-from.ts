import type { AlertRule } from './alert.ts'
import { type AlertState, type Hysteresis, transitionAlert } from './transition-alert.ts'
import type { Finding, Findings } from './finding.ts'

/** An alert that is open or suspected. */
export interface LiveAlert {
  readonly alertId: string
  readonly fingerprint: string
  readonly rule: AlertRule
  readonly state: AlertState
}

/** What one look changes about one alert. */
export interface AlertChange {
  /** Absent: it is new. */
  readonly live?: LiveAlert
  /** Absent: nothing was found about it. */
  readonly finding?: Finding
  /** Absent: it is forgotten. */
  readonly state?: AlertState
  readonly event?: 'fired' | 'resolved'
}

/** What follows from a look at everything, for the alerts that are open or suspected and for new ones. */
export function changesFrom(
  live: readonly LiveAlert[],
  { evaluated, findings }: Findings,
  hysteresis: Readonly<Record<AlertRule, Hysteresis>>,
  atMs: number,
): readonly AlertChange[] {
  const found = new Map(findings.map((finding) => [finding.fingerprint, finding]))
  const known = new Set(live.map(({ fingerprint }) => fingerprint))
  const changed = live.flatMap((alert): readonly AlertChange[] => {
    const finding = found.get(alert.fingerprint)
    if (finding === undefined && !evaluated.includes(alert.rule)) return []
    const look = { status: finding?.status ?? 'absent', atMs } as const
    const transition = transitionAlert(alert.state, look, hysteresis[alert.rule])
    return [{ live: alert, ...(finding === undefined ? {} : { finding }), ...transition }]
  })
  const begun = [...found.values()].flatMap((finding): readonly AlertChange[] => {
    if (known.has(finding.fingerprint)) return []
    const transition = transitionAlert(undefined, { status: finding.status, atMs }, hysteresis[finding.rule])
    return transition.state === undefined ? [] : [{ finding, ...transition }]
  })
  return [...changed, ...begun]
}
