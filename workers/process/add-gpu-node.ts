import { type GpuNode, startGpuNode } from '../gpu-node.ts'
import { ensureWeights, findWeights } from '../../tools/demo-weights.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import { attachServer } from '../../providers/local/attached/attach-server.ts'
import { createAnnounceNode } from '../gpu/announce-node.ts'
import { createMachineMemory } from '../../providers/local/machine-memory.ts'
import { servableVersions } from '../gpu/servable-versions.ts'
import { startModelHost } from '../../providers/local/host-client.ts'

/**
 * Joins this process to the GPU nodes: it holds the local versions that are placed on it, and lets a worker poll for each.
 * Returns at once. With a catalog without local versions it does nothing.
 */
export function addGpuNode(
  frame: SystemFrame,
  { config, catalog, contents, logger, surroundings }: Foundation,
  onProgress: (line: string) => void,
): Pick<GpuNode, 'firstServing'> {
  const { nodeId, nodeMemoryBytes: limitBytes, lookup } = config
  const versions = servableVersions(catalog, {
    ensureWeights: (source) => ensureWeights(source, { onProgress }),
    findWeights,
    startHost: startModelHost,
    attach: attachServer,
    lookup,
  })
  if (versions.length === 0) return { firstServing: Promise.resolve() }
  const node = startGpuNode({
    ...surroundings,
    nodeId,
    versions,
    contents,
    logger,
    onProgress,
    announce: createAnnounceNode(surroundings),
    readMemory: createMachineMemory(limitBytes === undefined ? {} : { limitBytes }),
    ...(limitBytes === undefined ? {} : { memoryLimitBytes: limitBytes }),
  })
  frame.add(node)
  return node
}
