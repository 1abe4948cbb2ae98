import {
  hostedOn,
  isLive,
  isPlacedOn,
  isSameVersion,
  type KnownNode,
  liveNodes,
  type NodesView,
} from './known-node.ts'
import { versionKey } from '../routing/route-facts.ts'
import type { VersionName } from './node.ts'

/** Whether a version can take calls now. `reason`: a sentence for people. */
export type VersionReadiness =
  | { readonly isReady: true }
  | { readonly isReady: false; readonly reason: string }

/** One failed start may be bad luck. */
const FAILURES_THAT_COUNT = 2

/** Whether any live node has a version ready; if not, where it stands. */
export function versionReadiness(view: NodesView, name: VersionName): VersionReadiness {
  if (liveNodes(view).some((node) => hostedOn(node, name)?.phase === 'ready')) return { isReady: true }
  const holders = view.nodes.filter((node) => isPlacedOn(node, name))
  const states = holders.map((node) => describeOn(node, name, view.nowMs))
  const where =
    states.length === 0 ? 'is placed on no GPU node' : `is ready on no GPU node: ${states.join('; ')}`
  return { isReady: false, reason: `${name.model} ${name.version} ${where}` }
}

/** The versions that live nodes have ready, by `versionKey`. */
export function readyVersions(view: NodesView): ReadonlySet<string> {
  const hosted = liveNodes(view).flatMap(({ announcement }) => announcement.versions)
  return new Set(hosted.filter(({ phase }) => phase === 'ready').map(versionKey))
}

/** The live nodes that cannot load a version that was placed on them, with why. */
export function failedNodes(view: NodesView, name: VersionName): ReadonlyMap<string, string> {
  return new Map(
    liveNodes(view).flatMap((node): [string, string][] => {
      const { nodeId } = node.announcement
      const placement = node.placements.find((other) => isSameVersion(other, name))
      // What it said before it was placed is about another time.
      if (placement === undefined || node.seenAtMs <= placement.placedAtMs) return []
      const { phase, failures = 0, reason = 'it failed' } = hostedOn(node, name) ?? {}
      return phase === 'failed' && failures >= FAILURES_THAT_COUNT ? [[nodeId, `${nodeId}: ${reason}`]] : []
    }),
  )
}

function describeOn(node: KnownNode, name: VersionName, nowMs: number): string {
  const { nodeId } = node.announcement
  if (!isLive(node, nowMs)) return `${nodeId} is gone`
  const hosted = hostedOn(node, name)
  if (hosted === undefined) return `${nodeId} has not begun to load it`
  return `${hosted.phase} on ${nodeId}${hosted.reason === undefined ? '' : ` (${hosted.reason})`}`
}
