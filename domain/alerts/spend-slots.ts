import type { NanoUsd } from '../money.ts'

/** Spend is kept in slots of five minutes, so that the hour up to now is looked at rather than one that has begun. */
export const SLOT_MS = 300_000
export const SLOTS_PER_HOUR = 12
export const SLOTS_PER_DAY = 288
const SLOTS_PER_WEEK = 2016
const BASELINE_HOURS = 24
/** At the same time of another day: half an hour before or after. */
const AROUND = 6

/** How far back a judgement looks, in slots: the same time a week ago and an hour before it. */
export const SLOTS_LOOKED_AT = SLOTS_PER_WEEK + 2 * SLOTS_PER_HOUR

/** What a tenant spent lately, as it is judged. Hours are any sixty minutes that end with a slot, not clock hours. */
export interface SpendReading {
  readonly tenant: string
  /** What was booked in the hour up to now; the last slot may not be over. */
  readonly lastHourNanoUsd: NanoUsd
  /** The 24 hours before it, the latest first. */
  readonly baselineNanoUsd: readonly NanoUsd[]
  /** The same hours of the day before. */
  readonly dayBeforeNanoUsd: readonly NanoUsd[]
  /** The dearest hour that ended within half an hour of this time, yesterday and a week ago. */
  readonly sameTimeNanoUsd: readonly NanoUsd[]
  /** Hours since the tenant's first spend, at most eight days. */
  readonly knownHours: number
}

/**
 * Makes a reading.
 * @param hourEnding what was booked in the hour that ended with the slot so many slots ago; 0 is the slot that has begun
 * @param knownSlots slots since the tenant's first spend
 */
export function readSpend(
  tenant: string,
  hourEnding: (slotsAgo: number) => NanoUsd,
  knownSlots: number,
): SpendReading {
  const hours = (fromSlotsAgo: number) =>
    Array.from({ length: BASELINE_HOURS }, (_, hour) => hourEnding(fromSlotsAgo + hour * SLOTS_PER_HOUR))
  const dearestAround = (slotsAgo: number) =>
    Math.max(...Array.from({ length: 2 * AROUND + 1 }, (_, slot) => hourEnding(slotsAgo - AROUND + slot)))
  return {
    tenant,
    lastHourNanoUsd: hourEnding(0),
    baselineNanoUsd: hours(SLOTS_PER_HOUR),
    dayBeforeNanoUsd: hours(SLOTS_PER_HOUR + SLOTS_PER_DAY),
    sameTimeNanoUsd: [SLOTS_PER_DAY, SLOTS_PER_WEEK].map(dearestAround),
    knownHours: Math.floor(knownSlots / SLOTS_PER_HOUR),
  }
}

/** Sums of hours over what was booked in single slots, by how many slots ago they were. */
export function hoursOver(spentIn: ReadonlyMap<number, NanoUsd>): (slotsAgo: number) => NanoUsd {
  const upTo = [0]
  for (let slot = 0; slot < SLOTS_LOOKED_AT; slot++) upTo.push((upTo[slot] ?? 0) + (spentIn.get(slot) ?? 0))
  const total = upTo.at(-1) ?? 0
  return (slotsAgo) => (upTo[slotsAgo + SLOTS_PER_HOUR] ?? total) - (upTo[slotsAgo] ?? total)
}
