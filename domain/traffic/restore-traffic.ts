import { initialTraffic, type TrafficSnapshot, type TrafficState } from './traffic-state.ts'
import { toStable } from './state-changes.ts'

/**
 * The state of a model without a history: with the stable version that was published last, if one was and the catalog
 * still has it.
 * @param versions of the catalog, the preferred one first
 */
export function restoreTraffic(
  model: string,
  versions: readonly string[],
  published: TrafficSnapshot | undefined,
  nowMs: number,
): TrafficState {
  const fresh = initialTraffic(model, versions, nowMs)
  if (published === undefined) return fresh
  const { epoch, arms, mirror } = published
  const isKnown = versions.includes(published.stableVersion)
  const stableVersion = isKnown ? published.stableVersion : fresh.stableVersion
  const restored: TrafficState = {
    ...fresh,
    epoch,
    stableVersion,
    arms,
    ...(mirror === undefined ? {} : { mirror }),
    versions: fresh.versions.map((entry) => ({
      ...entry,
      status: entry.version === stableVersion ? 'active' : 'registered',
    })),
  }
  // Nobody holds a lease for shares that a lost history had given.
  return toStable(restored, nowMs, 'switchyard', `began anew; ${stableVersion} has all traffic`)
}
