import { type GpuNode, startGpuNode } from '../gpu-node.ts'
import { ensureWeights, findWeights } from '../../tools/demo-weights.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import { attachServer } from '../../providers/local/attached/attach-server.ts'
import { createAnnounceNode } from '../gpu/announce-node.ts'
import { createMemoryAccount } from '../../providers/local/trial/shadow-host.ts'
import { createTrialHosts } from '../gpu/trial-hosts.ts'
import { createMachineMemory } from '../../providers/local/machine-memory.ts'
import { servableVersions } from '../gpu/servable-versions.ts'
import { startNodeWorker } from '../gpu/node-worker.ts'
import { showAnnouncements } from '../metrics/node-gauges.ts'
import { startModelHost } from '../../providers/local/host-client.ts'
import { watchCalls, watchVersion } from './watch-calls.ts'

/**
 * Joins this process to the GPU nodes: it holds the local versions that are placed on it, and lets a worker poll for each.
 * Returns at once. With a catalog without local versions it does nothing.
 */
export function addGpuNode(
  frame: SystemFrame,
  { config, catalog, contents, logger, surroundings, tracer }: Foundation,
  onProgress: (line: string) => void,
): Pick<GpuNode, 'firstServing'> {
  const { nodeId, nodeMemoryBytes: limitBytes, lookup } = config
  const watch = watchCalls(frame.metrics, catalog, tracer)
  const servable = servableVersions(catalog, {
    ensureWeights: (source) => ensureWeights(source, { onProgress }),
    findWeights,
    startHost: startModelHost,
    attach: attachServer,
    lookup,
  })
  const versions = servable.map((version) => watchVersion(version, catalog, watch))
  if (versions.length === 0) return { firstServing: Promise.resolve() }
  const account = createMemoryAccount()
  const node = startGpuNode({
    ...surroundings,
    nodeId,
    versions,
    contents,
    logger,
    onProgress,
    announce: showAnnouncements(frame.metrics.registry)(createAnnounceNode(surroundings)),
    readMemory: createMachineMemory(limitBytes === undefined ? {} : { limitBytes }),
    ...(limitBytes === undefined ? {} : { memoryLimitBytes: limitBytes }),
    trialBytes: () => account.reservedBytes(),
  })
  const hosts = createTrialHosts({
    ensureWeights: (source) => ensureWeights(source, { onProgress }),
    startHost: startModelHost,
    availableBytes: () => node.availableBytes(),
    account,
  })
  frame.add(node, startNodeWorker(surroundings, nodeId, hosts))
  return node
}
