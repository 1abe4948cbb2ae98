import { type GpuNode, startGpuNode } from '../gpu-node.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import { ensureWeights } from '../../tools/demo-weights.ts'
import { startModelHost } from '../../providers/local/host-client.ts'

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
