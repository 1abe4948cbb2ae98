import type { MinuteOfRequests } from './traffic.ts'

/** A rule that is asked every minute whether to roll back. */
export type Rule = (minute: MinuteOfRequests) => boolean

const WINDOW_MINUTES = 5
const MAX_ERROR_RATE = 0.05
const IN_A_ROW = 3
/** One-sided 5 %. */
const CRITICAL_Z = 1.644854

export const PEER_NAMES = [
  'errors > 5 % in 5 min',
  'the same 3 times in a row',
  'z-test every minute',
] as const
export type PeerName = (typeof PEER_NAMES)[number]

/** What teams use instead, each beginning anew for a replicate. */
export const PEERS: Readonly<Record<PeerName, () => Rule>> = {
  'errors > 5 % in 5 min': fixedThreshold,
  'the same 3 times in a row': threeInARow,
  'z-test every minute': pooledZTest,
}

function fixedThreshold(): Rule {
  const window: MinuteOfRequests[] = []
  return (minute) => {
    window.push(minute)
    if (window.length > WINDOW_MINUTES) window.shift()
    const requests = window.reduce((sum, { canaryRequests }) => sum + canaryRequests, 0)
    const bad = window.reduce((sum, { canaryBad }) => sum + canaryBad, 0)
    return requests > 0 && bad / requests > MAX_ERROR_RATE
  }
}

function threeInARow(): Rule {
  const isOver = fixedThreshold()
  let times = 0
  return (minute) => {
    times = isOver(minute) ? times + 1 : 0
    return times >= IN_A_ROW
  }
}

function pooledZTest(): Rule {
  const sum = { canaryRequests: 0, canaryBad: 0, stableRequests: 0, stableBad: 0 }
  return (minute) => {
    sum.canaryRequests += minute.canaryRequests
    sum.canaryBad += minute.canaryBad
    sum.stableRequests += minute.stableRequests
    sum.stableBad += minute.stableBad
    if (sum.canaryRequests === 0 || sum.stableRequests === 0) return false
    const pooled = (sum.canaryBad + sum.stableBad) / (sum.canaryRequests + sum.stableRequests)
    const difference = sum.canaryBad / sum.canaryRequests - sum.stableBad / sum.stableRequests
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / sum.canaryRequests + 1 / sum.stableRequests))
    return error > 0 && difference / error > CRITICAL_Z
  }
}
