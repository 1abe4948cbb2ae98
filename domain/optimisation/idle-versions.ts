import { isPlacedOn, isSameVersion, liveNodes, type NodesView } from '../nodes/known-node.ts'
import type { VersionName } from '../nodes/node.ts'
import { versionKey } from '../routing/route-facts.ts'

export interface IdleSituation {
  readonly view: NodesView
  /** Versions that have traffic, or stand in for one that has: never idle. */
  readonly active: readonly VersionName[]
  /** When each version's last call was opened, by `versionKey`; milliseconds since the epoch. */
  readonly lastCallAtMs: ReadonlyMap<string, number>
  readonly idleForMs: number
}

/** A version that nodes hold for nobody. */
export interface IdleVersion extends VersionName {
  readonly nodeIds: readonly string[]
  /** What it takes on all of them together. */
  readonly memoryBytes: number
}

/**
 * Versions without traffic that were placed, and called last, longer ago than `idleForMs`. One that a rollout has just placed, or
 * keeps for a way back, has not been idle for that long.
 */
export function findIdleVersions({
  view,
  active,
  lastCallAtMs,
  idleForMs,
}: IdleSituation): readonly IdleVersion[] {
  const before = view.nowMs - idleForMs
  const nodes = liveNodes(view)
  const placed = nodes.flatMap(({ placements }) => placements)
  const names = [
    ...new Map(placed.map(({ model, version }) => [versionKey({ model, version }), { model, version }])),
  ]
  return names.flatMap(([key, name]): IdleVersion[] => {
    if (active.some((other) => isSameVersion(other, name))) return []
    const placedAtMs = placed.filter((other) => isSameVersion(other, name)).map((other) => other.placedAtMs)
    if (Math.max(...placedAtMs, lastCallAtMs.get(key) ?? 0) > before) return []
    const holders = nodes.filter((node) => isPlacedOn(node, name))
    const hosted = holders.flatMap(({ announcement }) =>
      announcement.versions.filter((other) => isSameVersion(other, name)),
    )
    // A call that it runs may have been opened long ago.
    if (hosted.some(({ busySlots, queuedCalls }) => busySlots + queuedCalls > 0)) return []
    return [
      {
        ...name,
        nodeIds: holders.map(({ announcement }) => announcement.nodeId),
        memoryBytes: hosted.reduce((sum, { memoryBytes = 0 }) => sum + memoryBytes, 0),
      },
    ]
  })
}
