import { type RunningSystem, startSystem } from './running-system.ts'
import type { ProcessContext } from './run-process.ts'
import { addGpuNode } from './add-gpu-node.ts'
import { loadCatalog } from '../catalog/load-catalog.ts'
import { localVersions } from '../gpu-node.ts'
import { openFoundation } from './foundation.ts'

/** Starts a process that loads the catalog's local versions and serves them. */
export function startGpuNodeProcess({ config, logger, patience }: ProcessContext): Promise<RunningSystem> {
  return startSystem(config, async (frame) => {
    const { stack } = frame
    const catalog = await loadCatalog(config.catalogPath)
    if (localVersions(catalog).length === 0) {
      throw new Error(`${config.catalogPath} has no version at a local endpoint: there is nothing to load`)
    }
    const foundation = await openFoundation({ config, logger, catalog, patience, stack, worker: 'gpu-node' })
    addGpuNode(frame, foundation, (line) => logger.info(line))
  })
}
