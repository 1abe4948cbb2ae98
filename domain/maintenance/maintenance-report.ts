import type { RemediationReport } from './health/remediation.ts'
import type { VersionHealth } from './health/version-health.ts'

/** What is looked after, and what was done by itself. */
export interface MaintenanceReport {
  /** By model and version. */
  readonly versions: readonly VersionHealth[]
  /** The newest first, at most 20. */
  readonly remediations: readonly RemediationReport[]
}
