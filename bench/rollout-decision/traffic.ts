import type { ArmCounts, WeightCounts } from '../../domain/rollout/evidence/counts.ts'
import type { Random } from './random.ts'

/** What one guard newly counts; late scores belong to the weight of their request. */
export interface GuardNews {
  readonly guard: string
  readonly cell: WeightCounts
}

/** All requests of a minute, as rules without statistics see them. */
export interface MinuteOfRequests {
  readonly canaryRequests: number
  readonly canaryBad: number
  readonly stableRequests: number
  readonly stableBad: number
}

export interface Minute extends MinuteOfRequests {
  readonly news: readonly GuardNews[]
}

/** Traffic of one replicate, minute by minute. `weight`: the canary's share, 0 to 1. */
export type Traffic = (minute: number, weight: number, isMirrored: boolean) => Minute

export interface GuardRates {
  readonly guard: string
  /** Share of the stable arm's requests that are bad in a minute. */
  readonly badRate: (minute: number) => number
  /** How many times as often the canary's are. */
  readonly ratio: (minute: number) => number
}

/** Requests that are units of their own: Poisson counts. The first guard is the one that plain rules look at. */
export function independentRequests(
  random: Random,
  requestsPerMinute: number,
  guards: readonly GuardRates[],
): Traffic {
  return (minute, weight, isMirrored) => {
    const canaryRequests = random.poisson(requestsPerMinute * weight)
    const stableRequests = isMirrored ? canaryRequests : random.poisson(requestsPerMinute * (1 - weight))
    const news = guards.map(({ guard, badRate, ratio }) => {
      const ofStable = badRate(minute)
      const ofCanary = Math.min(1, ofStable * ratio(minute))
      const cell = isMirrored
        ? mirrored(random, canaryRequests, ofCanary, ofStable)
        : {
            weight,
            canary: arm(random, canaryRequests, ofCanary),
            stable: arm(random, stableRequests, ofStable),
          }
      return { guard, cell }
    })
    const [first] = news
    return {
      canaryRequests,
      stableRequests,
      canaryBad: first?.cell.canary.badUnits ?? 0,
      stableBad: first?.cell.stable.badUnits ?? 0,
      news,
    }
  }
}

/** One guard whose verdicts come later, after `meanDelay` minutes on average; whatever the arm. */
export function lateVerdicts(traffic: Traffic, random: Random, meanDelay: number): Traffic {
  let waiting: readonly GuardNews[] = []
  return (minute, weight, isMirrored) => {
    const now = traffic(minute, weight, isMirrored)
    const kept: GuardNews[] = []
    const news = [...waiting, ...now.news].map(({ guard, cell }) => {
      const canary = split(random, cell.canary, 1 / meanDelay)
      const stable = split(random, cell.stable, 1 / meanDelay)
      const later = { weight: cell.weight, canary: canary.later, stable: stable.later }
      if (later.canary.units + later.stable.units > 0) kept.push({ guard, cell: later })
      return { guard, cell: { weight: cell.weight, canary: canary.arrived, stable: stable.arrived } }
    })
    waiting = kept
    return { ...now, news }
  }
}

function arm(random: Random, requests: number, badRate: number): ArmCounts {
  const bad = Math.min(requests, random.poisson(requests * badRate))
  return { units: requests, badUnits: bad, badEvents: bad }
}

/** Both arms answer the same requests; the bad events are those on which they differ. */
function mirrored(random: Random, requests: number, ofCanary: number, ofStable: number): WeightCounts {
  const onCanary = random.poisson(requests * ofCanary * (1 - ofStable))
  const onStable = random.poisson(requests * ofStable * (1 - ofCanary))
  const onBoth = random.poisson(requests * ofCanary * ofStable)
  return {
    weight: 1 / 2,
    canary: { units: requests, badUnits: Math.min(requests, onCanary + onBoth), badEvents: onCanary },
    stable: { units: requests, badUnits: Math.min(requests, onStable + onBoth), badEvents: onStable },
  }
}

function split(
  random: Random,
  counts: ArmCounts,
  share: number,
): { readonly arrived: ArmCounts; readonly later: ArmCounts } {
  const bad = random.binomial(counts.badUnits, share)
  const good = Math.round((counts.units - counts.badUnits) * share)
  const later = counts.badUnits - bad
  // What is left of a minute comes at once when it is too little to be split.
  const goodLater = good === 0 ? 0 : counts.units - counts.badUnits - good
  const goodNow = counts.units - counts.badUnits - goodLater
  return {
    arrived: { units: goodNow + bad, badUnits: bad, badEvents: bad },
    later: { units: goodLater + later, badUnits: later, badEvents: later },
  }
}
