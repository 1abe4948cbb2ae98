import type { Finding, FindingStatus } from './finding.ts'

/** How a version at its endpoint stands with the health check. */
export interface HealthReading {
  readonly model: string
  readonly version: string
  readonly endpoint: string
  /** `out`: it is not called any more. `failing` and `returning` stand in between. */
  readonly status: 'healthy' | 'failing' | 'out' | 'returning'
  /** Follows the version's name, for people. */
  readonly reason?: string | null
}

/** Versions that the health check has taken out of routing. */
export function judgeHealth(readings: readonly HealthReading[]): readonly Finding[] {
  return readings.map(({ model, version, endpoint, status, reason }) => ({
    rule: 'model-health',
    fingerprint: `model-health/${model}/${version}/${endpoint}`,
    subject: `${model} ${version} at ${endpoint}`,
    status: STATUSES[status],
    severity: 'critical',
    summary: `${model} ${version} at ${endpoint} ${WORDS[status]}${reason === undefined ? '' : `: ${reason}`}`,
    value: status === 'out' ? 1 : 0,
    threshold: 1,
    unit: 'failures',
  }))
}

const STATUSES: Readonly<Record<HealthReading['status'], FindingStatus>> = {
  healthy: 'clear',
  failing: 'holding',
  out: 'breached',
  returning: 'holding',
}

const WORDS: Readonly<Record<HealthReading['status'], string>> = {
  healthy: 'is well',
  failing: 'fails its health check',
  out: 'is out of routing',
  returning: 'is back at a low share',
}
