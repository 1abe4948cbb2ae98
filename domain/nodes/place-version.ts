import { availableBytes, formatMebibytes, neededBytes } from './node-memory.ts'
import { isPlacedOn, type KnownNode, liveNodes, type NodesView } from './known-node.ts'
import type { VersionName } from './node.ts'

/** How many nodes are to hold a version. */
export interface PlacementNeed extends VersionName {
  /** At least 1. Default: as many live nodes as hold another version of its model. */
  readonly nodes?: number
  /** Ids of nodes that cannot load it. */
  readonly without?: ReadonlySet<string>
}

export type PlacementChoice =
  /** On these nodes as well; none when enough hold it. Fewer than wanted where no more have room. */
  | { readonly status: 'placed'; readonly nodeIds: readonly string[] }
  /** `reason`: a sentence for people. `mayPass`: a node that is gone would be enough, if it came back. */
  | { readonly status: 'refused'; readonly reason: string; readonly mayPass: boolean }

/**
 * Chooses nodes for a version: live ones with enough memory, those with the fewest versions first, then those with the
 * most memory. Never makes room by taking another version away.
 */
export function placeVersion(view: NodesView, need: PlacementNeed): PlacementChoice {
  const live = liveNodes(view)
  if (live.length === 0) return { status: 'refused', reason: 'no GPU node is there', mayPass: true }
  const able = live.filter(({ announcement }) => need.without?.has(announcement.nodeId) !== true)
  const holders = able.filter((node) => isPlacedOn(node, need))
  const wanted = (need.nodes ?? holdersOfModel(live, need)) - holders.length
  if (wanted <= 0) return { status: 'placed', nodeIds: [] }
  const others = able.filter((node) => !isPlacedOn(node, need))
  const roomy = others
    .filter((node) => (neededBytes(need, node, live) ?? 0) <= availableBytes(node, live))
    .toSorted((left, right) => compareNodes(left, right, live))
  if (roomy.length === 0 && holders.length === 0) {
    const mayPass = view.nodes.some((node) => !live.includes(node) && isPlacedOn(node, need))
    return { status: 'refused', reason: explainNoRoom(need, others, live), mayPass }
  }
  return { status: 'placed', nodeIds: roomy.slice(0, wanted).map(({ announcement }) => announcement.nodeId) }
}

function holdersOfModel(live: readonly KnownNode[], { model, version }: VersionName): number {
  const holders = live.filter(({ placements }) =>
    placements.some((placement) => placement.model === model && placement.version !== version),
  )
  return Math.max(1, holders.length)
}

function compareNodes(left: KnownNode, right: KnownNode, live: readonly KnownNode[]): number {
  return (
    left.placements.length - right.placements.length ||
    availableBytes(right, live) - availableBytes(left, live) ||
    (left.announcement.nodeId < right.announcement.nodeId ? -1 : 1)
  )
}

function explainNoRoom(need: PlacementNeed, nodes: readonly KnownNode[], live: readonly KnownNode[]): string {
  const name = `${need.model} ${need.version}`
  if (nodes.length === 0) return `every GPU node that is there failed to load ${name}`
  const figures = nodes.map((node) => {
    const { nodeId } = node.announcement
    const needed = formatMebibytes(neededBytes(need, node, live) ?? 0)
    return `needs about ${needed} and ${nodeId} has ${formatMebibytes(availableBytes(node, live))} free`
  })
  return `no GPU node has room for ${name}: it ${figures.join('; it ')}`
}
