import { type RunningSystem, startSystem } from './running-system.ts'
import type { ProcessContext } from './run-process.ts'
import { addGpuNode } from './add-gpu-node.ts'
import { loadCatalog } from '../catalog/load-catalog.ts'
import { localVersionNames } from '../../domain/nodes/active-versions.ts'
import { openFoundation } from './foundation.ts'

/** Starts a process that holds local versions of the catalog, as the orchestrators place them. */
export function startGpuNodeProcess({ config, logger, patience }: ProcessContext): Promise<RunningSystem> {
  return startSystem(config, async (frame) => {
    const { stack } = frame
    const catalog = await loadCatalog(config.catalogPath)
    if (localVersionNames(catalog).length === 0) {
      throw new Error(`${config.catalogPath} has no version at a local endpoint: there is nothing to load`)
    }
    const foundation = await openFoundation({ config, logger, catalog, patience, stack, worker: 'gpu-node' })
    addGpuNode(frame, foundation, (line) => logger.info(line))
  })
}
