import { hostedOn, isSameVersion, type KnownNode } from './known-node.ts'
import type { VersionName } from './node.ts'

/** Whose memory shows in what its node has free. */
const LOADED: ReadonlySet<string> = new Set(['warming', 'probing', 'ready', 'draining'])

/**
 * What a version takes on a node, in bytes: as the node reckons, else as another one does. `undefined` when none has
 * its weights yet; whoever loads them finds out.
 */
export function neededBytes(
  name: VersionName,
  node: KnownNode,
  nodes: readonly KnownNode[] = [],
): number | undefined {
  const needs = [node, ...nodes].flatMap(({ announcement }) => announcement.needs ?? [])
  return needs.find((need) => isSameVersion(need, name))?.memoryBytes
}

/** What a node has free beyond what it is about to load, in bytes. */
export function availableBytes(node: KnownNode, nodes: readonly KnownNode[] = []): number {
  const promised = node.placements
    .filter((placement) => !LOADED.has(hostedOn(node, placement)?.phase ?? 'absent'))
    .reduce((sum, placement) => sum + (neededBytes(placement, node, nodes) ?? 0), 0)
  return Math.max(0, node.announcement.freeMemoryBytes - promised)
}

/** `512.0 MiB` */
export function formatMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
