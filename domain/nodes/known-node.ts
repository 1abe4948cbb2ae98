import type { HostedVersion, NodeAnnouncement, VersionName } from './node.ts'

/** How often a node announces itself when nothing happens. */
export const ANNOUNCE_INTERVAL_MS = 5_000

/** A node that has not been heard of for three announcements is gone. */
export const NODE_LIVE_MS = 3 * ANNOUNCE_INTERVAL_MS

/** A version that a node is to hold. */
export interface Placement extends VersionName {
  /** A workflow, a person, or `switchyard`. */
  readonly placedBy: string
  /** Milliseconds since the epoch. */
  readonly placedAtMs: number
}

/** A node as it announced itself last, and what it is to hold. */
export interface KnownNode {
  readonly announcement: NodeAnnouncement
  /** Milliseconds since the epoch, by the database's clock. */
  readonly seenAtMs: number
  readonly placements: readonly Placement[]
}

/** All nodes at one moment of the database's clock. */
export interface NodesView {
  readonly nowMs: number
  readonly nodes: readonly KnownNode[]
}

/** Whether a node can be counted on: heard of lately, and not about to end. */
export function isLive({ announcement, seenAtMs }: KnownNode, nowMs: number): boolean {
  return announcement.isStopping !== true && nowMs - seenAtMs < NODE_LIVE_MS
}

export function liveNodes({ nodes, nowMs }: NodesView): readonly KnownNode[] {
  return nodes.filter((node) => isLive(node, nowMs))
}

export function isSameVersion(left: VersionName, right: VersionName): boolean {
  return left.model === right.model && left.version === right.version
}

/** Whether a node is to hold a version. */
export function isPlacedOn({ placements }: KnownNode, name: VersionName): boolean {
  return placements.some((placement) => isSameVersion(placement, name))
}

/** A version as its node reports it; `undefined` when it does not. */
export function hostedOn({ announcement }: KnownNode, name: VersionName): HostedVersion | undefined {
  return announcement.versions.find((hosted) => isSameVersion(hosted, name))
}
