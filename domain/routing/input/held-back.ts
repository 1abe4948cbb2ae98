import type { HeldBack } from '../route-input.ts'
import { placeOf } from '../../rollout/assign.ts'
import { type VersionHealthFact, versionKey } from '../route-facts.ts'
import type { VersionName } from '../../nodes/node.ts'

/**
 * Whether the health check keeps a request from a version. One that comes back takes the same few keys every time; without
 * a key nothing tells which requests those are, so that it takes none.
 */
export function heldBackBy(
  health: VersionHealthFact | undefined,
  version: VersionName,
  key: string | undefined,
): HeldBack | undefined {
  if (health === undefined || health.sharePercent >= 100) return undefined
  const { sharePercent, reason } = health
  if (sharePercent <= 0) return { reason: `is out of routing: ${reason}`, isComingBack: false }
  // Apart from the place that its version is assigned by.
  const isTaken = key !== undefined && placeOf(key, `${versionKey(version)}/return`) * 100 < sharePercent
  if (isTaken) return undefined
  return {
    reason: `takes ${sharePercent} % of its requests while it comes back: ${reason}`,
    isComingBack: true,
  }
}
