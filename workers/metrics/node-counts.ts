import type { Gauge } from 'prom-client'
import { liveNodes, type NodesView } from '../../domain/nodes/known-node.ts'
import { toNodeList } from '../../domain/nodes/node-list.ts'

/** How many GPU nodes there are, and how many have each version ready. */
export function setNodeCounts(
  { nodes, readyNodes }: { readonly nodes: Gauge<'state'>; readonly readyNodes: Gauge<'model' | 'version'> },
  view: NodesView,
): void {
  for (const state of ['live', 'stopping', 'gone']) nodes.set({ state }, 0)
  for (const { state } of toNodeList(view).nodes) nodes.inc({ state })
  for (const { model, version, phase } of liveNodes(view).flatMap(
    ({ announcement }) => announcement.versions,
  )) {
    readyNodes.inc({ model, version }, phase === 'ready' ? 1 : 0)
  }
}
