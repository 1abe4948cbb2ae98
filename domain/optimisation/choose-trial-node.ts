import { availableBytes, neededBytes } from '../nodes/node-memory.ts'
import { isPlacedOn, type KnownNode, liveNodes, type NodesView } from '../nodes/known-node.ts'
import type { VersionName } from '../nodes/node.ts'

/**
 * The node that tries settings of a version: one that is live and has its weights, the one with the fewest calls under way first,
 * then the one with the most room. `undefined` when none is there.
 */
export function chooseTrialNode(view: NodesView, name: VersionName): string | undefined {
  const live = liveNodes(view)
  const able = live.filter((node) => isPlacedOn(node, name) || neededBytes(name, node) !== undefined)
  const [first] = able.toSorted(
    (left, right) =>
      busySlots(left) - busySlots(right) ||
      availableBytes(right, live) - availableBytes(left, live) ||
      (left.announcement.nodeId < right.announcement.nodeId ? -1 : 1),
  )
  return first?.announcement.nodeId
}

function busySlots({ announcement }: KnownNode): number {
  return announcement.versions.reduce((sum, version) => sum + version.busySlots, 0)
}
