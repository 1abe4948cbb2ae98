import type { RemediationBook } from '../../store/remediations.ts'
import type { MaintenanceReport } from '../../domain/maintenance/maintenance-report.ts'
import type { VersionHealthStore } from '../../store/version-health.ts'

export interface MaintenanceReportDeps {
  readonly versionHealth: Pick<VersionHealthStore, 'read'>
  readonly remediations: Pick<RemediationBook, 'list'>
}

const MOST_REMEDIATIONS = 20

/** What people ask about maintenance, as a standalone activity: only orchestrators open the database. */
export function createMaintenanceReportActivities({ versionHealth, remediations }: MaintenanceReportDeps) {
  return {
    maintenanceReport: async (): Promise<MaintenanceReport> => {
      const kept = await versionHealth.read()
      return {
        versions: kept.map(({ state: _state, countedFromMs: _from, ...health }) => health),
        remediations: await remediations.list(MOST_REMEDIATIONS),
      }
    },
  }
}
