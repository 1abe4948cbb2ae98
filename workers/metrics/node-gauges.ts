import type { AnnounceNode } from '../gpu/announce-node.ts'
import type { MetricRegistry } from './metric-registry.ts'
import { NODE_GAUGES } from './gauge-definitions.ts'
import type { NodeAnnouncement } from '../../domain/nodes/node.ts'

/** Shows what a node announced last: a few seconds old at most. */
export function showAnnouncements(registry: MetricRegistry): (announce: AnnounceNode) => AnnounceNode {
  const memory = registry.gauge(NODE_GAUGES.memory)
  const slots = registry.gauge(NODE_GAUGES.slots)
  const queued = registry.gauge(NODE_GAUGES.queued)
  const tokenRate = registry.gauge(NODE_GAUGES.tokenRate)
  const versionMemory = registry.gauge(NODE_GAUGES.versionMemory)
  const ready = registry.gauge(NODE_GAUGES.ready)
  const all = [memory, slots, queued, tokenRate, versionMemory, ready]
  let last: NodeAnnouncement | undefined

  registry.beforeScrape(() => {
    for (const gauge of all) gauge.reset()
    if (last === undefined) return
    const { nodeId: node, memoryBytes, freeMemoryBytes, gpu } = last
    memory.set({ node, kind: 'total' }, memoryBytes)
    memory.set({ node, kind: 'free' }, freeMemoryBytes)
    if (gpu !== undefined) memory.set({ node, kind: 'gpu' }, gpu.memoryBytes)
    for (const { model, version, phase, ...held } of last.versions) {
      const labels = { node, model, version }
      slots.set({ ...labels, kind: 'total' }, held.slots)
      slots.set({ ...labels, kind: 'busy' }, held.busySlots)
      queued.set(labels, held.queuedCalls)
      ready.set(labels, phase === 'ready' ? 1 : 0)
      if (held.tokensPerSecond !== undefined) tokenRate.set(labels, held.tokensPerSecond)
      if (held.memoryBytes !== undefined) versionMemory.set(labels, held.memoryBytes)
    }
  })
  return (announce) => (announcement) => {
    last = announcement
    return announce(announcement)
  }
}
