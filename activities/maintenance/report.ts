import type { RemediationBook } from '../../store/maintenance/remediations.ts'
import type { MaintenanceReport } from '../../domain/maintenance/maintenance-report.ts'
import type { VersionHealth } from '../../domain/maintenance/health/version-health.ts'

export interface MaintenanceReportDeps {
  readonly readVersionHealth: () => Promise<readonly VersionHealth[]>
  readonly remediations: Pick<RemediationBook, 'list'>
}

const MOST_REMEDIATIONS = 20

/** What people ask about maintenance, as a standalone activity: only orchestrators open the database. */
export function createMaintenanceReportActivities({
  readVersionHealth,
  remediations,
}: MaintenanceReportDeps) {
  return {
    maintenanceReport: async (): Promise<MaintenanceReport> => ({
      versions: await readVersionHealth(),
      remediations: await remediations.list(MOST_REMEDIATIONS),
    }),
  }
}
