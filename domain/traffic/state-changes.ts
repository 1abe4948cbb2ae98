import { HISTORY_LENGTH, type Mirror, type TrafficState, type VersionStatus } from './traffic-state.ts'
import type { ArmShare } from '../rollout/assign.ts'

/** All traffic to the stable version, on the record. */
export function toStable(state: TrafficState, nowMs: number, by: string, text: string): TrafficState {
  return record(share(state, [{ version: state.stableVersion, percent: 100 }], undefined), nowMs, by, text)
}

/** Other shares; the epoch grows only where something changes. */
export function share(
  state: TrafficState,
  arms: readonly ArmShare[],
  mirror: Mirror | undefined,
): TrafficState {
  const { mirror: before, ...rest } = state
  const isSame =
    armsText(state.arms) === armsText(arms) &&
    before?.version === mirror?.version &&
    before?.percent === mirror?.percent
  if (isSame) return state
  return { ...rest, arms, epoch: state.epoch + 1, ...(mirror === undefined ? {} : { mirror }) }
}

/** A version that has everything becomes what a rollback returns to: a new epoch, so that it is published. */
export function withStable(state: TrafficState, stableVersion: string): TrafficState {
  const { mirror: _ended, ...rest } = state
  return { ...rest, stableVersion, epoch: state.epoch + 1 }
}

function armsText(arms: readonly ArmShare[]): string {
  return arms.map(({ version, percent }) => `${version} ${percent}`).join()
}

/** A version's new status, since now unless it had it before. */
export function setStatus(
  state: TrafficState,
  version: string,
  status: VersionStatus,
  nowMs: number,
): TrafficState {
  return {
    ...state,
    versions: state.versions.map((entry) =>
      entry.version === version && entry.status !== status ? { version, status, sinceMs: nowMs } : entry,
    ),
  }
}

/** Adds to the record. */
export function record(state: TrafficState, atMs: number, by: string, text: string): TrafficState {
  return { ...state, history: [...state.history, { atMs, by, text }].slice(-HISTORY_LENGTH) }
}
