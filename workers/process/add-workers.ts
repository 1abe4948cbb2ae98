import type { EnvironmentCatalog } from '../catalog/environment-catalog.ts'
import type { Database } from '../../store/database.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import type { WorkflowBundle } from '../workflow-bundle.ts'
import { createBudgetStore } from '../../store/budgets.ts'
import { createContentIndex } from '../../store/content-index.ts'
import { createContentRetention } from '../../store/content-retention.ts'
import { createCostReports } from '../../store/costs.ts'
import { createDecisionReader } from '../../store/decision-reader.ts'
import { createFolderContentRemoval } from '../../payloads/content-removal.ts'
import { createGroupedLedger } from '../../store/grouped-ledger.ts'
import { createLedger } from '../../store/sql-ledger.ts'
import { createNodeStore } from '../../store/nodes.ts'
import { readyVersions } from '../../domain/nodes/version-readiness.ts'
import { createExperimentOutcomes } from '../../store/experiment-outcomes.ts'
import { createExperimentStore } from '../../store/experiments.ts'
import { createFeedbackStore } from '../../store/feedback.ts'
import { createOperationBook } from '../../store/operation-book.ts'
import { createRolloutCountReader } from '../../store/rollout-counts.ts'
import { createRoutingTable } from '../../store/routing-table.ts'
import { createRouteFactReader } from '../../store/route-facts.ts'
import { createRouteFacts } from '../../activities/route-facts.ts'
import { createOpenAttemptReader } from '../../store/open-attempt-reader.ts'
import { createOrchestratorWorker } from '../orchestrator.ts'
import { ensureSearchAttributes } from './ensure-search-attributes.ts'
import { runWorker } from '../running-worker.ts'
import { startModelTraffic } from '../traffic/start-model-traffic.ts'
import { startRetention } from '../maintenance/start-retention.ts'
import { startSweep } from '../maintenance/start-sweep.ts'

export interface OrchestratorGround {
  readonly database: Database
  readonly workflowBundle: WorkflowBundle
  readonly environment: EnvironmentCatalog
}

/** Lets the orchestrator poll, and sees to it that the sweeper and the removal of stored texts run. */
export async function addOrchestrator(
  frame: SystemFrame,
  { config, logger, surroundings, contents }: Foundation,
  { database, workflowBundle, environment }: OrchestratorGround,
): Promise<void> {
  const nodes = createNodeStore(database)
  const routingTable = createRoutingTable(database)
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
    ledger: createGroupedLedger(createLedger(database), database),
    costs: createCostReports(database),
    facts: createRouteFacts({
      catalog: environment.catalog,
      reader: createRouteFactReader(database),
      readyVersions: async () => readyVersions(await nodes.read()),
      traffic: () => routingTable.read(),
    }),
    nodes,
    routingTable,
    rolloutCounts: createRolloutCountReader(database),
    decisions: createDecisionReader(database),
    budgets: createBudgetStore(database),
    openAttempts: createOpenAttemptReader(database),
    operations: createOperationBook(database),
    experiments: createExperimentStore(database),
    outcomes: createExperimentOutcomes(database),
    feedback: createFeedbackStore(database),
  })
  frame.add(runWorker(worker))
  await startSweep(surroundings)
  await startRetention(surroundings)
  await startModelTraffic(surroundings, routingTable, environment.catalog)
}
