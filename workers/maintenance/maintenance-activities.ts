import { createQueryTraffic, createSendTrafficCommand } from '../traffic/entity.ts'
import { createAbortRollout } from './abort-rollout.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createDescribeCallQueue } from '../describe-call-queue.ts'
import { createHasPollers } from './queue-pollers.ts'
import { createHealthCheckActivities } from '../../activities/maintenance/health-check.ts'
import { createMaintenanceReportActivities } from '../../activities/maintenance/report.ts'
import { createMeasureCalls } from '../../store/routing/measured-calls.ts'
import { createModelUpdateActivities } from '../../activities/maintenance/model-update.ts'
import { createNodeStore } from '../../store/routing/nodes.ts'
import { createRemediationActivities } from '../../activities/maintenance/remediation.ts'
import { createRemediationBook } from '../../store/maintenance/remediations.ts'
import { createRouteFactReader } from '../../store/routing/route-facts.ts'
import { createRoutingTable } from '../../store/routing/routing-table.ts'
import { createVersionHealthStore, readVersionHealth } from '../../store/routing/version-health.ts'
import type { Database } from '../../store/database.ts'
import { hashWeights } from './hash-weights.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

export interface MaintenanceParts extends Pick<
  WorkerSurroundings,
  'connection' | 'namespace' | 'dataConverter'
> {
  /** What this environment can call. */
  readonly catalog: Catalog
  readonly database: Database
}

/** What looks after versions and nodes. */
export function createMaintenanceActivities(parts: MaintenanceParts) {
  const { catalog, database } = parts
  const nodes = createNodeStore(database)
  const routingTable = createRoutingTable(database)
  const versionHealth = createVersionHealthStore(database)
  const remediations = createRemediationBook(database)
  const queryTraffic = createQueryTraffic(parts)
  return {
    ...createHealthCheckActivities({
      catalog,
      routingTable,
      nodes,
      versionHealth,
      limits: createRouteFactReader(database),
      measureCalls: createMeasureCalls(database),
      hasPollers: createHasPollers(createDescribeCallQueue(parts)),
    }),
    ...createRemediationActivities({
      nodes,
      remediations,
      queryTraffic,
      abortRollout: createAbortRollout(parts),
    }),
    ...createModelUpdateActivities({
      catalog,
      routingTable,
      queryTraffic,
      sendTrafficCommand: createSendTrafficCommand(parts),
      hashWeights,
    }),
    ...createMaintenanceReportActivities({
      readVersionHealth: () => readVersionHealth(database),
      remediations,
    }),
  }
}

export type MaintenanceActivities = ReturnType<typeof createMaintenanceActivities>
