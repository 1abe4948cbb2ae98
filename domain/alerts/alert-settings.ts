import type { AlertRule } from './alert.ts'
import type { Hysteresis } from './transition-alert.ts'
import { type NanoUsd, nanoUsd } from '../money.ts'

/** When budgets are worth a message. */
export interface BudgetRuleSettings {
  /** Shares of the cap that may be spent before it is said, above 0 to 1. */
  readonly thresholds: readonly number[]
}

/** When a tenant's spend of an hour is out of the ordinary; see `judgeSpend`. */
export interface SpendRuleSettings {
  /** Robust standard deviations above what is usual. */
  readonly standardDeviations: number
  /** An hour that costs less never fires, whatever the tenant usually spends. */
  readonly floorNanoUsdPerHour: NanoUsd
}

/** When a version answers with too many errors, or too slowly. Shares are 0 to 1. */
export interface TrafficRuleSettings {
  /** Calls that ended during so long up to now are looked at, in milliseconds. */
  readonly windowMs: number
  /** With fewer calls than this in the window nothing is said. */
  readonly leastCalls: number
  /** The share of calls that may end in an error. */
  readonly errorShare: number
  /** A call is slow that takes so many times as long as 95 % of the version's calls of the day before. */
  readonly slowFactor: number
  /** The share of calls that may be slow. */
  readonly slowShare: number
}

/** Where alerts are sent. Its address and its secret may stand in the environment. */
export interface AlertWebhook {
  readonly name: string
  /** One of `url` and `urlVariable` is there. */
  readonly url?: string
  /** The environment variable that holds the address, for one that is a secret itself. */
  readonly urlVariable?: string
  /** The environment variable that holds the secret that messages are signed with. */
  readonly secretVariable: string
  /** Default: all. */
  readonly rules?: readonly AlertRule[]
}

/** What is watched and who is told. */
export interface AlertSettings {
  /** Rules that are off. */
  readonly disabled: readonly AlertRule[]
  readonly budget: BudgetRuleSettings
  readonly spend: SpendRuleSettings
  readonly traffic: TrafficRuleSettings
  readonly hysteresis: Readonly<Record<AlertRule, Hysteresis>>
  readonly webhooks: readonly AlertWebhook[]
}

const MINUTE_MS = 60_000

export const DEFAULT_ALERT_SETTINGS: AlertSettings = {
  disabled: [],
  budget: { thresholds: [0.8, 1] },
  spend: { standardDeviations: 3, floorNanoUsdPerHour: nanoUsd(1) },
  traffic: {
    windowMs: 10 * MINUTE_MS,
    leastCalls: 20,
    errorShare: 0.1,
    slowFactor: 2,
    slowShare: 0.2,
  },
  hysteresis: {
    // Spent is spent: the window's end or a higher cap ends it.
    budget: { openAfterMs: 0, resolveAfterMs: 0 },
    // The hour that is looked at is an hour long by itself.
    'spend-anomaly': { openAfterMs: 0, resolveAfterMs: 60 * MINUTE_MS },
    'error-rate': { openAfterMs: MINUTE_MS, resolveAfterMs: 10 * MINUTE_MS },
    latency: { openAfterMs: 2 * MINUTE_MS, resolveAfterMs: 10 * MINUTE_MS },
    'model-health': { openAfterMs: 0, resolveAfterMs: 2 * MINUTE_MS },
    schedule: { openAfterMs: 0, resolveAfterMs: 0 },
    watch: { openAfterMs: 3 * MINUTE_MS, resolveAfterMs: 0 },
  },
  webhooks: [],
}
