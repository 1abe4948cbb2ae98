import type { ProcessContext } from './run-process.ts'
import { type RunningSystem, startSystem } from './running-system.ts'
import { addOrchestrator } from './add-workers.ts'
import { environmentCatalog } from '../catalog/environment-catalog.ts'
import { loadCatalog } from '../catalog/load-catalog.ts'
import { loadWorkflowBundle } from '../workflow-bundle.ts'
import { openConfiguredDatabase } from './open-database.ts'
import { openFoundation } from './foundation.ts'
import { toTemporalLogger } from '../telemetry.ts'

/** Starts a process that runs workflows and keeps the books. */
export function startOrchestrator({ config, logger, patience }: ProcessContext): Promise<RunningSystem> {
  return startSystem(config, async (frame) => {
    const { stack } = frame
    const catalog = await loadCatalog(config.catalogPath)
    const environment = environmentCatalog(catalog, config.lookup, config.catalogPath)
    for (const { endpoint, reason } of environment.skipped) logger.info({ endpoint }, reason)
    const foundation = await openFoundation({
      config,
      logger,
      catalog,
      patience,
      stack,
      worker: 'orchestrator',
    })
    const database = await openConfiguredDatabase(config)
    stack.defer(() => database.close())
    const workflowBundle = await loadWorkflowBundle({ logger: toTemporalLogger(logger) })
    await addOrchestrator(frame, foundation, { database, workflowBundle, environment })
    logger.info('the orchestrator polls')
  })
}
