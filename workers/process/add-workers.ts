import { type EnvironmentCatalog, availableEndpoints } from '../catalog/environment-catalog.ts'
import { type GpuNode, startGpuNode } from '../gpu-node.ts'
import type { Database } from '../../store/database.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import type { WorkflowBundle } from '../workflow-bundle.ts'
import { createBudgetStore } from '../../store/budgets.ts'
import { createCloudWorkers } from '../cloud.ts'
import { createCostReports } from '../../store/costs.ts'
import { createLedger } from '../../store/sql-ledger.ts'
import { createOpenAttemptReader } from '../../store/open-attempt-reader.ts'
import { createOrchestratorWorker } from '../orchestrator.ts'
import { createProvider } from '../../providers/create-provider.ts'
import { ensureWeights } from '../../tools/demo-weights.ts'
import { runWorker } from '../running-worker.ts'
import { startModelHost } from '../../providers/local/host-client.ts'
import { startSweep } from '../maintenance/start-sweep.ts'

export interface OrchestratorGround {
  readonly database: Database
  readonly workflowBundle: WorkflowBundle
  readonly environment: EnvironmentCatalog
}

/** Lets the orchestrator poll, and sees to it that the sweeper runs. */
export async function addOrchestrator(
  frame: SystemFrame,
  { surroundings, contents }: Foundation,
  { database, workflowBundle, environment }: OrchestratorGround,
): Promise<void> {
  const worker = await createOrchestratorWorker({
    ...surroundings,
    ...environment,
    contents,
    workflowBundle,
    ledger: createLedger(database),
    costs: createCostReports(database),
    budgets: createBudgetStore(database),
    openAttempts: createOpenAttemptReader(database),
  })
  frame.add(runWorker(worker))
  await startSweep(surroundings)
}

/** Lets a worker poll for each provider whose key is there. */
export async function addCloudWorkers(
  frame: SystemFrame,
  { config, catalog, contents, surroundings }: Foundation,
): Promise<void> {
  const { lookup } = config
  const workers = await createCloudWorkers({
    ...surroundings,
    contents,
    endpoints: [...availableEndpoints(catalog, lookup).endpoints.values()],
    createProvider: (endpoint) => {
      const { apiKeyVariable } = endpoint
      return createProvider(endpoint, {
        apiKey: apiKeyVariable === undefined ? undefined : lookup(apiKeyVariable),
      })
    },
  })
  frame.add(...workers.map(runWorker))
}

/** Loads every local version of the catalog and lets a worker poll for each. Returns at once. */
export function addGpuNode(
  frame: SystemFrame,
  { catalog, contents, logger, surroundings }: Foundation,
  onProgress: (line: string) => void,
): GpuNode {
  const node = startGpuNode({
    ...surroundings,
    catalog,
    contents,
    logger,
    onProgress,
    ensureWeights: (source) => ensureWeights(source, { onProgress }),
    startHost: startModelHost,
  })
  frame.add(node)
  return node
}
