import type { Random } from '../rollout-decision/random.ts'
import { logNormal, normal } from './draws.ts'

/** What a tenant spends an hour on average, in US dollars, at a time: hours since a Monday's midnight. */
export type SpendRate = (hour: number) => number

export interface Tenant {
  readonly rate: SpendRate
  /** Of one call, in US dollars; single calls vary around it by a factor of e. */
  readonly callUsd: number
  /** Of the logarithm of its hourly rate, beyond the chance of single calls. */
  readonly noise: number
  /** How long a deviation lasts, in hours. */
  readonly memoryHours: number
}

export type TenantKind = 'steady' | 'daily' | 'office' | 'growing' | 'nightly' | 'quiet' | 'bursty'

export const TENANT_KINDS: readonly { readonly kind: TenantKind; readonly says: string }[] = [
  { kind: 'steady', says: 'the same rate by day and night' },
  { kind: 'daily', says: 'a rhythm of 4 to 20 times between night and day, less at weekends' },
  { kind: 'office', says: 'eight to ten hours on weekdays, nearly nothing else' },
  { kind: 'growing', says: 'a daily rhythm that grows by 2 to 5 % a day' },
  { kind: 'nightly', says: 'a batch of about an hour every night, begun within 20 minutes' },
  { kind: 'quiet', says: 'cents an hour, a few calls' },
  { kind: 'bursty', says: 'batches at any time, 1.5 a day, of any size' },
]

const HOURS_PER_DAY = 24
const HOURS_PER_WEEK = 168

/** A tenant of a kind, drawn anew: no two have the same size, noise or rhythm. */
export function drawTenant(kind: TenantKind, random: Random): Tenant {
  const between = (low: number, high: number) => low + (high - low) * random.uniform()
  const common = {
    callUsd: Math.exp(between(Math.log(0.003), Math.log(0.05))),
    noise: between(0.05, 0.3),
    memoryHours: between(0.5, 4),
  }
  const size = Math.exp(between(Math.log(3), Math.log(200)))
  return { ...common, rate: RATES[kind](size, between, random) }
}

type Between = (low: number, high: number) => number

const RATES: Readonly<Record<TenantKind, (size: number, between: Between, random: Random) => SpendRate>> = {
  steady: (size) => () => size,
  daily: (size, between) => rhythm(size, between),
  office: (size, between) => {
    const [start, end] = [between(7, 9.5), between(16, 18.5)]
    return (hour) => {
      const ofDay = hour % HOURS_PER_DAY
      const isOn = ofDay >= start && ofDay < end && hour % HOURS_PER_WEEK < 5 * HOURS_PER_DAY
      return isOn ? size : size * 0.01
    }
  },
  growing: (size, between) => {
    const [base, daily] = [rhythm(size, between), between(1.02, 1.05)]
    return (hour) => base(hour) * daily ** (hour / HOURS_PER_DAY)
  },
  nightly: (size, between, random) => {
    const [start, lasts] = [between(0, 23), between(0.5, 1.5)]
    const nights = remembered(() => ({
      start: start + between(0, 1 / 3),
      size: size * Math.exp(0.2 * normal(random)),
    }))
    return (hour) => {
      const night = nights(Math.floor(hour / HOURS_PER_DAY))
      const since = (hour % HOURS_PER_DAY) - night.start
      return since >= 0 && since < lasts ? night.size : size * 0.002
    }
  },
  quiet: (_size, between) => {
    const rate = between(0.01, 0.4)
    return () => rate
  },
  bursty: (size, between, random) => {
    const days = remembered(() =>
      Array.from({ length: random.poisson(1.5) }, () => ({
        start: between(0, HOURS_PER_DAY),
        lasts: between(0.25, 2),
        size: size * logNormal(random, 0.7),
      })),
    )
    return (hour) => {
      const [day, ofDay] = [Math.floor(hour / HOURS_PER_DAY), hour % HOURS_PER_DAY]
      const running = days(day).filter(({ start, lasts }) => ofDay >= start && ofDay < start + lasts)
      return size * 0.002 + running.reduce((sum, burst) => sum + burst.size, 0)
    }
  },
}

function rhythm(size: number, between: Between): SpendRate {
  const [swing, peak, weekend] = [Math.log(between(4, 20)) / 2, between(11, 16), between(0.2, 1)]
  return (hour) => {
    const wave = Math.cos((2 * Math.PI * ((hour % HOURS_PER_DAY) - peak)) / HOURS_PER_DAY)
    const isWeekend = hour % HOURS_PER_WEEK >= 5 * HOURS_PER_DAY
    return size * Math.exp(swing * wave) * (isWeekend ? weekend : 1)
  }
}

/** Draws once for each day. */
function remembered<Drawn>(draw: () => Drawn): (day: number) => Drawn {
  const days = new Map<number, Drawn>()
  return (day) => {
    const known = days.get(day) ?? draw()
    days.set(day, known)
    return known
  }
}
