import type { Catalog } from '../../domain/catalog/model.ts'
import type { Database } from '../../store/database.ts'
import { createLedgerRollUp } from '../../store/maintenance/roll-up.ts'
import { createNodeStore } from '../../store/routing/nodes.ts'
import { createOptimisationPlanActivities } from '../../activities/optimisation/plan.ts'
import { createOptimisationStore } from '../../store/maintenance/optimisations.ts'
import { createOptimisationUpkeepActivities } from '../../activities/optimisation/upkeep.ts'
import { createRoutingTable } from '../../store/routing/routing-table.ts'
import { createTableStatistics } from '../../store/maintenance/statistics.ts'
import { readFolderUsage } from '../../payloads/content-usage.ts'

export interface OptimisationParts {
  /** What this environment can call. */
  readonly catalog: Catalog
  readonly database: Database
  /** The folder of the content store. */
  readonly contentDir: string
}

/** What an orchestrator does for optimisations. */
export function createOptimisationActivities({ catalog, database, contentDir }: OptimisationParts) {
  const deps = {
    catalog,
    routingTable: createRoutingTable(database),
    nodes: createNodeStore(database),
    optimisations: createOptimisationStore(database),
  }
  return {
    ...createOptimisationPlanActivities(deps),
    ...createOptimisationUpkeepActivities({
      ...deps,
      rollUp: createLedgerRollUp(database),
      statistics: createTableStatistics(database),
      readContentUsage: () => readFolderUsage(contentDir),
    }),
  }
}

export type OptimisationActivities = ReturnType<typeof createOptimisationActivities>
