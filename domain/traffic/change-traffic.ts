import type { Holder, TrafficCommand } from './traffic-command.ts'
import type { TrafficLease, TrafficState, VersionEntry } from './traffic-state.ts'
import { record, setStatus, share, toStable, withStable } from './state-changes.ts'

/** The state after a command, or why it was not taken. */
export interface TrafficChange {
  readonly state: TrafficState
  /** The state is then unchanged. */
  readonly refusal?: TrafficRefusal
}

/** Why a command was not taken. */
export interface TrafficRefusal {
  /** `lease`: it belongs to somebody else, or to nobody; `command`: it is wrong, whoever asks. */
  readonly kind: 'lease' | 'command'
  /** A sentence for who asked. */
  readonly reason: string
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
      return withLease(state, command, nowMs, (lease) => revert(state, lease, command, nowMs))
    case 'release-lease':
      // Asked for again after an answer that was lost.
      if (wasReleased(state, command)) return { state }
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
    const reason = `${model} is being rolled out by ${lease.holder} to ${lease.version}; one at a time`
    return refuse(state, reason, 'lease')
  }
  if (lease !== undefined && lease.version !== version) {
    return refuse(state, `${holder} holds the lease of ${model} for ${lease.version}: give it back first`)
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
  const { released: _before, ...rest } = state
  const next = { ...rest, lease: { ...taken, expiresAtMs: nowMs + ttlMs } }
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
    const isUsed = canaryPercent > 0 || mirror !== undefined
    const active = isUsed ? setStatus(shared, lease.version, 'active', nowMs) : shared
    return record({ ...active, lease: { ...lease, change } }, nowMs, holder, text)
  })
}

function revert(
  state: TrafficState,
  lease: TrafficLease,
  { change, holder }: Command<'revert'>,
  nowMs: number,
): TrafficState {
  if (change <= lease.change) return state
  const text = `${state.stableVersion} has all traffic again`
  return { ...toStable(state, nowMs, holder, text), lease: { ...lease, change } }
}

/** Nobody watches copies any more, so they end with the lease. */
function release(
  state: TrafficState,
  { version }: TrafficLease,
  { holder, runId, outcome }: Command<'release-lease'>,
  nowMs: number,
): TrafficState {
  const { lease: _over, ...rest } = state
  const free = { ...rest, released: { holder, runId } }
  const [only, ...others] = state.arms
  const hasAll = only?.version === version && others.length === 0
  if (hasAll && outcome === 'kept') {
    const before = setStatus(free, state.stableVersion, 'inactive', nowMs)
    const after = setStatus(withStable(before, version), version, 'active', nowMs)
    return record(after, nowMs, holder, `${version} is the stable version now`)
  }
  const text = `gave the lease for ${version} back`
  if (outcome === 'kept') return record(share(free, state.arms, undefined), nowMs, holder, text)
  return setStatus(toStable(free, nowMs, holder, text), version, outcome, nowMs)
}

/** A holder that is gone leaves no shares behind. */
function expireLease(state: TrafficState, nowMs: number): TrafficState {
  const { lease, ...free } = state
  if (lease === undefined || nowMs < lease.expiresAtMs) return state
  const text = `the lease of ${lease.holder} ended without being renewed; ${state.stableVersion} has all traffic`
  return setStatus(toStable(free, nowMs, 'switchyard', text), lease.version, 'rolled-back', nowMs)
}

/** Does something that only the holder of the lease may do. */
function withLease(
  state: TrafficState,
  asking: Holder,
  nowMs: number,
  change: (lease: TrafficLease) => TrafficState,
): TrafficChange {
  const { lease, model } = state
  if (lease === undefined) {
    return refuse(state, `nobody holds the lease of ${model}: take it first`, 'lease')
  }
  if (!holds(lease, asking)) {
    return refuse(state, `the lease of ${model} belongs to ${lease.holder}`, 'lease')
  }
  if (nowMs >= lease.expiresAtMs) return refuse(state, `the lease of ${model} has expired`, 'lease')
  return { state: change(lease) }
}

function holds({ holder, runId }: TrafficLease, asking: Holder): boolean {
  return holder === asking.holder && runId === asking.runId
}

function wasReleased({ lease, released }: TrafficState, asking: Holder): boolean {
  return lease === undefined && released?.holder === asking.holder && released.runId === asking.runId
}

function refuse(
  state: TrafficState,
  reason: string,
  kind: TrafficRefusal['kind'] = 'command',
): TrafficChange {
  return { state, refusal: { kind, reason } }
}
