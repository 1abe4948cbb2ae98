import type { EnvironmentCatalog } from '../catalog/environment-catalog.ts'
import type { Database } from '../../store/database.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import type { WorkflowBundle } from '../workflow-bundle.ts'
import { createBudgetStore } from '../../store/budgets/budgets.ts'
import { createContentIndex } from '../../store/content/content-index.ts'
import { createContentRetention } from '../../store/content/content-retention.ts'
import { createCostReports } from '../../store/reports/costs.ts'
import { createDecisionReader } from '../../store/reports/decision-reader.ts'
import { createFolderContentRemoval } from '../../payloads/content-removal.ts'
import { createGroupedLedger } from '../../store/ledger/grouped-ledger.ts'
import { createLedger } from '../../store/ledger/sql-ledger.ts'
import { createNodeStore } from '../../store/routing/nodes.ts'
import { readyVersions } from '../../domain/nodes/version-readiness.ts'
import { createExperimentOutcomes } from '../../store/experiments/experiment-outcomes.ts'
import { createExperimentStore } from '../../store/experiments/experiments.ts'
import { createFeedbackStore } from '../../store/experiments/feedback.ts'
import { createOperationBook } from '../../store/ledger/operation-book.ts'
import { createRolloutCountReader } from '../../store/routing/rollout-counts.ts'
import { createRoutingTable } from '../../store/routing/routing-table.ts'
import { createRouteFactReader } from '../../store/routing/route-facts.ts'
import { createRouteFacts } from '../../activities/route-facts.ts'
import { createOpenAttemptReader } from '../../store/ledger/open-attempt-reader.ts'
import { createAllAlertActivities } from '../alerts/alert-activities.ts'
import { createMaintenanceActivities } from '../maintenance/maintenance-activities.ts'
import { createOptimisationActivities } from '../optimisation/optimisation-activities.ts'
import { readVersionHealth } from '../../store/routing/version-health.ts'
import { createOrchestratorWorker } from '../orchestrator.ts'
import { ensureSearchAttributes } from './ensure-search-attributes.ts'
import { runWorker } from '../running-worker.ts'
import { loadSchedules } from '../maintenance/load-schedules.ts'
import { startSchedules } from '../maintenance/start-schedules.ts'
import { startModelTraffic } from '../traffic/start-model-traffic.ts'
import { startRetention } from '../maintenance/start-retention.ts'
import { startSweep } from '../maintenance/start-sweep.ts'
import { showBooks, watchBooks } from './watch-books.ts'
import { traceWorkflows } from '../tracing/trace-workflows.ts'

export interface OrchestratorGround {
  readonly database: Database
  readonly workflowBundle: WorkflowBundle
  readonly environment: EnvironmentCatalog
}

/** Lets the orchestrator poll, and sees to it that the sweeper and the removal of stored texts run. */
export async function addOrchestrator(
  frame: SystemFrame,
  foundation: Foundation,
  { database, workflowBundle, environment }: OrchestratorGround,
): Promise<void> {
  const { config, logger, surroundings, contents, tracer } = foundation
  const { observer, watchBooks: watch } = watchBooks(frame.metrics.registry, foundation)
  const limits = createRouteFactReader(database)
  const budgets = createBudgetStore(database)
  const nodes = createNodeStore(database)
  const routingTable = createRoutingTable(database)
  const checkedHealth = () => readVersionHealth(database)
  await ensureSearchAttributes(surroundings, logger)
  const worker = await createOrchestratorWorker({
    ...surroundings,
    ...environment,
    contents,
    contentIndex: createContentIndex(database),
    contentRetention: createContentRetention(database),
    contentRemoval: createFolderContentRemoval(config.contentDir),
    contentRetentionMs: config.contentRetentionMs,
    workflowBundle,
    ledger: createGroupedLedger(createLedger(database, observer), database),
    costs: createCostReports(database),
    facts: createRouteFacts({
      catalog: environment.catalog,
      reader: limits,
      readyVersions: async () => readyVersions(await nodes.read()),
      traffic: () => routingTable.read(),
      versionHealth: checkedHealth,
    }),
    checkedHealth,
    alerts: createAllAlertActivities({
      ...surroundings,
      database,
      logger,
      catalog: environment.catalog,
      lookup: config.lookup,
    }),
    optimisation: createOptimisationActivities({
      catalog: environment.catalog,
      database,
      contentDir: config.contentDir,
    }),
    maintenance: createMaintenanceActivities({ ...surroundings, database, catalog: environment.catalog }),
    nodes,
    routingTable,
    rolloutCounts: createRolloutCountReader(database),
    decisions: createDecisionReader(database),
    budgets,
    watchBooks: watch,
    ...(tracer === undefined ? {} : { sinks: traceWorkflows(tracer) }),
    openAttempts: createOpenAttemptReader(database),
    operations: createOperationBook(database),
    experiments: createExperimentStore(database),
    outcomes: createExperimentOutcomes(database),
    feedback: createFeedbackStore(database),
  })
  frame.add(runWorker(worker))
  showBooks(frame.metrics.registry, foundation, database, { limits, budgets, routingTable, nodes })
  await startSweep(surroundings)
  await startRetention(surroundings)
  if (config.schedulesPath !== undefined) {
    const changes = await startSchedules(surroundings, await loadSchedules(config.schedulesPath))
    for (const { name, action } of changes) logger.info(`the schedule maintenance/${name} was ${action}`)
  }
  await startModelTraffic(surroundings, routingTable, environment.catalog)
}
