import { assignArm, pinnedTo } from '../../rollout/assign.ts'
import type { CandidateTraffic } from '../candidate.ts'
import type { MissingModel } from '../route-input.ts'
import type { Model, ModelVersion } from '../../catalog/model.ts'
import type { RouteFacts } from '../route-facts.ts'
import { shouldMirror } from '../../traffic/should-mirror.ts'
import type { TrafficSnapshot } from '../../traffic/traffic-state.ts'

/** A version that a request may go to, and how it came to that. */
export interface AssignedVersion {
  readonly version: ModelVersion
  readonly traffic?: CandidateTraffic
  /** The version that it stands in for: the request was assigned to that one. */
  readonly standsInFor?: string
}

/**
 * The versions of a model that a request may go to, the one that it is assigned to first; after it the stable version, so
 * that a request is answered whatever becomes of a new one. A version that the caller named stands alone.
 * @param pinned the version that the caller named
 */
export function assignedVersions(
  { name, versions }: Model,
  pinned: string | undefined,
  { traffic, assignmentKey: key }: Pick<RouteFacts, 'traffic' | 'assignmentKey'>,
): readonly AssignedVersion[] | MissingModel {
  const snapshot = traffic !== undefined && Object.hasOwn(traffic, name) ? traffic[name] : undefined
  if (pinned !== undefined) return pinnedVersion(name, versions, pinned, snapshot)
  const [first] = versions
  if (first === undefined) return { model: name, reason: 'has no version' }
  if (snapshot === undefined) return [{ version: first }]
  // A stable version that the catalog has no more leaves its place to the first one.
  const stable = versions.find(({ version }) => version === snapshot.stableVersion) ?? first
  const assigned = key === undefined ? undefined : assign(versions, key, snapshot)
  if (assigned?.version.version === stable.version) return [assigned]
  const standIn = { version: stable, traffic: unassigned(stable.version, snapshot) }
  if (assigned === undefined) return [standIn]
  return [assigned, { ...standIn, standsInFor: assigned.version.version }]
}

function pinnedVersion(
  model: string,
  versions: readonly ModelVersion[],
  pinned: string,
  snapshot: TrafficSnapshot | undefined,
): readonly AssignedVersion[] | MissingModel {
  const version = versions.find((candidate) => candidate.version === pinned)
  if (version === undefined) {
    const known = versions.map((candidate) => candidate.version).join(', ')
    return { model, reason: `has no version ${pinned}; it has ${known}` }
  }
  return [{ version, ...(snapshot === undefined ? {} : { traffic: unassigned(pinned, snapshot) }) }]
}

/** `undefined` where the version that the key belongs to cannot be called from here. */
function assign(
  versions: readonly ModelVersion[],
  key: string,
  snapshot: TrafficSnapshot,
): AssignedVersion | undefined {
  const { model, arms, epoch, mirror } = snapshot
  const { version: name, share } = assignArm(key, model, arms)
  const version = versions.find((candidate) => candidate.version === name)
  if (version === undefined) return undefined
  const copyFor = mirror !== undefined && shouldMirror(key, name, snapshot) ? mirror.version : undefined
  return { version, traffic: { epoch, share, key, ...(copyFor === undefined ? {} : { copyFor }) } }
}

function unassigned(version: string, { arms, epoch }: TrafficSnapshot): CandidateTraffic {
  return { epoch, share: pinnedTo(version, arms).share }
}
