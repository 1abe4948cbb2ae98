import type { ArmShare } from '../rollout/assign.ts'
import type { Holder } from './traffic-command.ts'

export const VERSION_STATUSES = ['registered', 'active', 'inactive', 'failed', 'rolled-back'] as const
/** `registered`: known and never used; `inactive`: had traffic once; `failed`: its rollout broke; the rest as named. */
export type VersionStatus = (typeof VERSION_STATUSES)[number]

/** A version of a model as its registry knows it. Times in milliseconds since the epoch. */
export interface VersionEntry {
  readonly version: string
  readonly status: VersionStatus
  readonly sinceMs: number
}

/** A copy of part of the traffic, whose answers are thrown away. */
export interface Mirror {
  readonly version: string
  /** Of the requests that other versions answer, 0 to 100. */
  readonly percent: number
}

/** Who may change the shares now. A lease: a holder that does not renew it loses it. */
export interface TrafficLease {
  /** A workflow id. */
  readonly holder: string
  readonly runId: string
  /** The version that it is about. */
  readonly version: string
  readonly grantedAtMs: number
  readonly expiresAtMs: number
  readonly ttlMs: number
  /** The last change that the holder asked for: asked for again, it is answered and not made again. */
  readonly change: number
}

/** One entry of the record. */
export interface TrafficRecord {
  readonly atMs: number
  /** A person, a workflow, or `switchyard`. */
  readonly by: string
  readonly text: string
}

/** Everything that is known of a model's traffic; JSON-safe. */
export interface TrafficState {
  readonly model: string
  /** Grows by one with each change of arms, mirror or stable version: stamped on every request. */
  readonly epoch: number
  /** The last version that held everything by a decision: what a rollback returns to. */
  readonly stableVersion: string
  /** The stable version last; see `assignArm`. They add up to 100. */
  readonly arms: readonly ArmShare[]
  readonly mirror?: Mirror
  readonly versions: readonly VersionEntry[]
  readonly lease?: TrafficLease
  /** Who gave the last lease back, so that asking again is no mistake. Absent while there is a lease. */
  readonly released?: Holder
  /** The newest last. */
  readonly history: readonly TrafficRecord[]
}

/** What admission needs to know; published to the routing table, fenced by `epoch`. */
export type TrafficSnapshot = Pick<TrafficState, 'model' | 'epoch' | 'stableVersion' | 'arms' | 'mirror'>

/** The longest record that is kept. */
export const HISTORY_LENGTH = 100

/** A model that nobody rolled anything out for: its first version has everything. */
export function initialTraffic(model: string, versions: readonly string[], nowMs: number): TrafficState {
  const [first] = versions
  if (first === undefined) throw new RangeError(`${model} has no version`)
  return {
    model,
    epoch: 0,
    stableVersion: first,
    arms: [{ version: first, percent: 100 }],
    versions: versions.map((version) => ({
      version,
      status: version === first ? 'active' : 'registered',
      sinceMs: nowMs,
    })),
    history: [],
  }
}

export function snapshotOf({ model, epoch, stableVersion, arms, mirror }: TrafficState): TrafficSnapshot {
  return { model, epoch, stableVersion, arms, ...(mirror === undefined ? {} : { mirror }) }
}
