import { createRandom } from '../rollout-decision/random.ts'
import { drawSums } from './series.ts'
import { drawTenant, type SpendRate, type TenantKind } from './tenants.ts'
import type { Rule } from './rules.ts'
import { SLOTS_PER_DAY, SLOTS_PER_HOUR } from '../../domain/alerts/spend-slots.ts'

export interface FalseAlarms {
  readonly tenantWeeks: number
  /** By rule, in weeks after the first. */
  readonly alarms: readonly number[]
  /** By rule, in the first week, whose weekend nobody has seen before. */
  readonly firstWeekAlarms: readonly number[]
}

const WEEK = 7 * SLOTS_PER_DAY
const WEEKS = 3

/** Tenants without any anomaly: each has a first week, then two that count. */
export function countFalseAlarms(
  kind: TenantKind,
  rules: readonly Rule[],
  { seed, tenants }: { readonly seed: number; readonly tenants: number },
): FalseAlarms {
  const counted = rules.map(() => 0)
  const first = rules.map(() => 0)
  for (let tenant = 0; tenant < tenants; tenant++) {
    const random = createRandom(seedOf(seed, kind, tenant))
    const sums = drawSums(drawTenant(kind, random), WEEKS * WEEK, random)
    for (const [index, rule] of rules.entries()) {
      const fired = rule(sums, SLOTS_PER_DAY)
      first[index] = (first[index] ?? 0) + fired.filter((slot) => slot < WEEK).length
      counted[index] = (counted[index] ?? 0) + fired.filter((slot) => slot >= WEEK).length
    }
  }
  return { tenantWeeks: tenants * (WEEKS - 1), alarms: counted, firstWeekAlarms: first }
}

export interface Anomaly {
  readonly name: string
  readonly lastsHours: number
  /** What is spent beyond the usual so many hours after its beginning, in mean hours of the tenant. */
  readonly added: (hours: number) => number
}

/** Something that runs away does not know its tenant's rhythm: it adds to whatever is spent at the time. */
export const ANOMALIES: readonly Anomaly[] = [
  { name: 'none, so that what is found is a false alarm', lastsHours: 12, added: () => 0 },
  { name: '3 x', lastsHours: 12, added: () => 2 },
  { name: '10 x', lastsHours: 12, added: () => 9 },
  { name: 'leak, + 10 % of a mean hour each hour', lastsHours: 48, added: (hours) => hours / 10 },
]

export interface Detection {
  readonly anomalies: number
  readonly found: number
  /** From the beginning to the alert, in minutes, of those that were found. */
  readonly delaysMinutes: readonly number[]
}

/** One anomaly for each tenant, at any time of its third week; by rule. */
export function findAnomalies(
  kind: TenantKind,
  rules: readonly Rule[],
  anomaly: Anomaly,
  { seed, tenants }: { readonly seed: number; readonly tenants: number },
): readonly Detection[] {
  const delays = rules.map((): number[] => [])
  for (let index = 0; index < tenants; index++) {
    const random = createRandom(seedOf(seed + 1, kind, index))
    const tenant = drawTenant(kind, random)
    const onset = 2 * WEEK + Math.floor(random.uniform() * (WEEK - SLOTS_PER_HOUR))
    const mean = meanOf(tenant.rate)
    const added: SpendRate = (hour) => {
      const since = hour - onset / SLOTS_PER_HOUR
      return since < 0 || since >= anomaly.lastsHours ? 0 : mean * anomaly.added(since)
    }
    const sums = drawSums(tenant, onset + anomaly.lastsHours * SLOTS_PER_HOUR, random, added)
    for (const [place, rule] of rules.entries()) {
      const found = rule(sums, onset).at(0)
      if (found !== undefined) delays[place]?.push((found - onset + 1) * 5)
    }
  }
  return delays.map((delaysMinutes) => ({
    anomalies: tenants,
    found: delaysMinutes.length,
    delaysMinutes,
  }))
}

function meanOf(rate: SpendRate): number {
  const quarters = Array.from({ length: 168 * 4 }, (_, quarter) => rate(168 + quarter / 4))
  return quarters.reduce((sum, value) => sum + value, 0) / quarters.length
}

function seedOf(seed: number, kind: string, index: number): number {
  let hash = seed
  for (const character of `${kind}/${index}`)
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619)
  return hash
}
