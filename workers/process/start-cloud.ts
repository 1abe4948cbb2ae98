import type { ProcessContext } from './run-process.ts'
import { type RunningSystem, startSystem } from './running-system.ts'
import { addCloudWorkers } from './add-cloud-workers.ts'
import { availableEndpoints } from '../catalog/environment-catalog.ts'
import { loadCatalog } from '../catalog/load-catalog.ts'
import { openFoundation } from './foundation.ts'
import type { ReportToSupervisor } from '../supervision/worker-report.ts'
import { showRestarts } from '../metrics/process-gauges.ts'

/**
 * Starts a process that calls providers over the network, and tells its supervisor of each call.
 * @param restarts how many workers its supervisor had before
 */
export function startCloud(
  { config, logger, patience }: ProcessContext,
  report: ReportToSupervisor,
  restarts = 0,
): Promise<RunningSystem> {
  return startSystem(config, async (frame) => {
    const { stack } = frame
    showRestarts(frame.metrics.registry, restarts)
    const catalog = await loadCatalog(config.catalogPath)
    const { endpoints, skipped } = availableEndpoints(catalog, config.lookup)
    for (const { endpoint, reason } of skipped) logger.info({ endpoint }, reason)
    if ([...endpoints.values()].every(({ kind }) => kind === 'local')) {
      const reasons = skipped.map(({ endpoint, reason }) => `${endpoint} ${reason}`).join('; ')
      throw new Error(`no provider can be called from here: ${reasons || 'the catalog has only local ones'}`)
    }
    const foundation = await openFoundation({ config, logger, catalog, patience, stack, worker: 'cloud' })
    await addCloudWorkers(frame, foundation, report)
    report({ type: 'serving-began' })
    logger.info('the cloud workers poll')
  })
}
