import {
  HISTORY_LENGTH,
  initialTraffic,
  type Mirror,
  type TrafficLease,
  type TrafficState,
  type VersionEntry,
  type VersionStatus,
} from './traffic-state.ts'
import type { Holder, TrafficCommand } from './traffic-command.ts'
import type { ArmShare } from '../rollout/assign.ts'

/** The state after a command, or why it was not taken. */
export interface TrafficChange {
  readonly state: TrafficState
  /** A sentence for who asked; the state is then unchanged. */
  readonly refusal?: string
}

type Command<Kind extends TrafficCommand['kind']> = Extract<TrafficCommand, { kind: Kind }>

/** What a model's traffic becomes by a command. Pure, and the same command twice changes nothing the second time. */
export function changeTraffic(state: TrafficState, command: TrafficCommand, nowMs: number): TrafficChange {
  switch (command.kind) {
    case 'register':
      return { state: register(state, command, nowMs) }
    case 'tick':
      return { state: expireLease(state, nowMs) }
    case 'take-lease':
      return takeLease(expireLease(state, nowMs), command, nowMs)
    case 'renew-lease':
      return withLease(state, command, nowMs, (lease) => ({
        ...state,
        lease: { ...lease, expiresAtMs: nowMs + lease.ttlMs },
      }))
    case 'set-shares':
      return setShares(state, command, nowMs)
    case 'revert':
      return withLease(state, command, nowMs, (lease) => ({
        ...toStable(state, nowMs, command.holder, `${state.stableVersion} has all traffic again`),
        lease: { ...lease, change: command.change },
      }))
    case 'release-lease':
      return withLease(state, command, nowMs, (lease) => release(state, lease, command, nowMs))
  }
}

function register(state: TrafficState, { versions }: Command<'register'>, nowMs: number): TrafficState {
  const known = new Set(state.versions.map(({ version }) => version))
  const added = versions
    .filter((version) => !known.has(version))
    .map((version): VersionEntry => ({ version, status: 'registered', sinceMs: nowMs }))
  return added.length === 0 ? state : { ...state, versions: [...state.versions, ...added] }
}

function takeLease(state: TrafficState, command: Command<'take-lease'>, nowMs: number): TrafficChange {
  const { holder, runId, version, ttlMs } = command
  const { lease, model } = state
  if (lease !== undefined && !holds(lease, command)) {
    return refuse(state, `${model} is being rolled out by ${lease.holder} to ${lease.version}; one at a time`)
  }
  if (!state.versions.some((entry) => entry.version === version)) {
    const known = state.versions.map((entry) => entry.version).join(', ')
    return refuse(state, `${model} has no version ${version}; it has ${known}`)
  }
  if (version === state.stableVersion) {
    return refuse(state, `${version} is the stable version of ${model} already: it holds all traffic`)
  }
  const change = lease?.change ?? 0
  const taken = { holder, runId, version, ttlMs, grantedAtMs: lease?.grantedAtMs ?? nowMs, change }
  const next = { ...state, lease: { ...taken, expiresAtMs: nowMs + ttlMs } }
  return {
    state: lease === undefined ? record(next, nowMs, holder, `took the lease for ${version}`) : next,
  }
}

function setShares(state: TrafficState, command: Command<'set-shares'>, nowMs: number): TrafficChange {
  const { canaryPercent, mirrorPercent, change, holder } = command
  if (![canaryPercent, mirrorPercent].every((percent) => percent >= 0 && percent <= 100)) {
    return refuse(state, `a share goes from 0 to 100, not ${canaryPercent} and ${mirrorPercent}`)
  }
  return withLease(state, command, nowMs, (lease) => {
    // Asked for again after an answer that was lost.
    if (change <= lease.change) return state
    const { stableVersion } = state
    const stablePercent = 100 - canaryPercent
    const arms = [
      ...(canaryPercent > 0 ? [{ version: lease.version, percent: canaryPercent }] : []),
      ...(stablePercent > 0 ? [{ version: stableVersion, percent: stablePercent }] : []),
    ]
    const mirror = mirrorPercent > 0 ? { version: lease.version, percent: mirrorPercent } : undefined
    const text = `${lease.version} gets ${canaryPercent} %${mirror === undefined ? '' : `, ${mirrorPercent} % as a copy`}`
    const shared = share(state, arms, mirror)
    const active = setStatus(shared, lease.version, 'active', nowMs)
    return record({ ...active, lease: { ...lease, change } }, nowMs, holder, text)
  })
}

function release(
  state: TrafficState,
  { version }: TrafficLease,
  { holder, outcome }: Command<'release-lease'>,
  nowMs: number,
): TrafficState {
  const { lease: _over, ...free } = state
  const [only, ...others] = state.arms
  if (only?.version === version && others.length === 0 && only.percent === 100) {
    const before = setStatus(free, state.stableVersion, 'inactive', nowMs)
    const after = setStatus({ ...before, stableVersion: version }, version, 'active', nowMs)
    return record(after, nowMs, holder, `${version} is the stable version now`)
  }
  const text = `gave the lease for ${version} back`
  if (outcome === 'kept') return record(free, nowMs, holder, text)
  const back = toStable(free, nowMs, holder, text)
  return setStatus(back, version, outcome, nowMs)
}

/** A holder that is gone leaves no shares behind. */
function expireLease(state: TrafficState, nowMs: number): TrafficState {
  const { lease, ...free } = state
  if (lease === undefined || nowMs < lease.expiresAtMs) return state
  const text = `the lease of ${lease.holder} ended without being renewed; ${state.stableVersion} has all traffic`
  return setStatus(toStable(free, nowMs, 'switchyard', text), lease.version, 'rolled-back', nowMs)
}

function toStable(state: TrafficState, nowMs: number, by: string, text: string): TrafficState {
  return record(share(state, [{ version: state.stableVersion, percent: 100 }], undefined), nowMs, by, text)
}

/** The epoch grows only where something changes. */
function share(state: TrafficState, arms: readonly ArmShare[], mirror: Mirror | undefined): TrafficState {
  const { mirror: before, ...rest } = state
  const isSame =
    armsText(state.arms) === armsText(arms) &&
    before?.version === mirror?.version &&
    before?.percent === mirror?.percent
  if (isSame) return state
  return { ...rest, arms, epoch: state.epoch + 1, ...(mirror === undefined ? {} : { mirror }) }
}

function armsText(arms: readonly ArmShare[]): string {
  return arms.map(({ version, percent }) => `${version} ${percent}`).join()
}

/** Does something that only the holder of the lease may do. */
function withLease(
  state: TrafficState,
  asking: Holder,
  nowMs: number,
  change: (lease: TrafficLease) => TrafficState,
): TrafficChange {
  const { lease, model } = state
  if (lease === undefined) return refuse(state, `nobody holds the lease of ${model}: take it first`)
  if (!holds(lease, asking)) return refuse(state, `the lease of ${model} belongs to ${lease.holder}`)
  if (nowMs >= lease.expiresAtMs) return refuse(state, `the lease of ${model} has expired`)
  return { state: change(lease) }
}

function holds({ holder, runId }: TrafficLease, asking: Holder): boolean {
  return holder === asking.holder && runId === asking.runId
}

function setStatus(state: TrafficState, version: string, status: VersionStatus, nowMs: number): TrafficState {
  return {
    ...state,
    versions: state.versions.map((entry) =>
      entry.version === version && entry.status !== status ? { version, status, sinceMs: nowMs } : entry,
    ),
  }
}

function record(state: TrafficState, atMs: number, by: string, text: string): TrafficState {
  return { ...state, history: [...state.history, { atMs, by, text }].slice(-HISTORY_LENGTH) }
}

function refuse(state: TrafficState, refusal: string): TrafficChange {
  return { state, refusal }
}

/** The state of a model without a history: with the shares that were published last, if any were. */
export function restoreTraffic(
  model: string,
  versions: readonly string[],
  published: Pick<TrafficState, 'epoch' | 'stableVersion' | 'arms'> | undefined,
  nowMs: number,
): TrafficState {
  const fresh = initialTraffic(model, versions, nowMs)
  if (published === undefined) return fresh
  const { epoch, stableVersion, arms } = published
  const restored = register({ ...fresh, epoch, stableVersion, arms }, { kind: 'register', versions }, nowMs)
  // Nobody holds a lease for shares that a lost history had given.
  return toStable(restored, nowMs, 'switchyard', `began anew; ${stableVersion} has all traffic`)
}
