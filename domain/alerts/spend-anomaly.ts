import type { SpendReading } from './spend-slots.ts'
import type { NanoUsd } from '../money.ts'

/** How far from the usual an hour's spend is. */
export interface SpendJudgement {
  /** Robust standard deviations above what is expected; negative below it. */
  readonly deviations: number
  /** What an hour at this time usually costs. */
  readonly expectedNanoUsd: NanoUsd
}

/** With less history nothing is said: the first day's budget guards a new tenant. */
const LEARNING_HOURS = 24
const TWO_DAYS = 48

/** A usual hour varies by a quarter at least, as far as this rule is concerned: three of these are a factor of two. */
const LEAST_SPREAD = 0.25

/** Of a normal distribution the median absolute deviation is so much of a standard deviation. */
const MAD_TO_DEVIATION = 1.4826

/**
 * How unusual the spend of the last hour is against the 24 hours before it, in robust standard deviations: the modified
 * z-score of Iglewicz and Hoaglin ("How to Detect and Handle Outliers", 1993; median and median absolute deviation in
 * place of mean and standard deviation, which one outlier moves) with three changes.
 *
 *     y(v) = ln(1 + v / floor)
 *     z    = (y(now) - expected) / spread
 *     expected = max(median of y over the 24 h, y at this time yesterday, y at this time a week ago)
 *     spread   = max(0.25, 1.4826 * median |y(h) - y(h - 24 h)|), h over those of the 24 h that were active
 *
 * Spend multiplies rather than adds, so it is compared by its logarithm; the floor makes amounts far below it equal, and a
 * quiet tenant's noise vanishes. Office hours, weekends and nightly batches come again: what the same time cost before is
 * expected, and the spread is that of the differences to the day before, which a daily rhythm does not widen. Hours in which
 * neither day reached the floor are not counted as calm ones: a tenant that is off at night is no steadier by day.
 *
 * `undefined` while a tenant is known for less than a day.
 */
export function judgeSpend(reading: SpendReading, floorNanoUsd: NanoUsd): SpendJudgement | undefined {
  if (reading.knownHours < LEARNING_HOURS) return undefined
  const level = (amount: NanoUsd): number => Math.log1p(amount / floorNanoUsd)
  const baseline = reading.baselineNanoUsd.map(level)
  const usual = median(baseline)
  const expected = Math.max(usual, ...reading.sameTimeNanoUsd.map(level))
  const deviations =
    reading.knownHours < TWO_DAYS
      ? baseline.map((value) => Math.abs(value - usual))
      : changesSinceDayBefore(baseline, reading.dayBeforeNanoUsd.map(level))
  const spread = Math.max(LEAST_SPREAD, MAD_TO_DEVIATION * median(deviations))
  return {
    deviations: (level(reading.lastHourNanoUsd) - expected) / spread,
    expectedNanoUsd: Math.round(Math.expm1(expected) * floorNanoUsd),
  }
}

const ACTIVE_LEVEL = Math.log(2)

function changesSinceDayBefore(baseline: readonly number[], dayBefore: readonly number[]): readonly number[] {
  return baseline.flatMap((value, hour) => {
    const before = dayBefore[hour] ?? 0
    return Math.max(value, before) < ACTIVE_LEVEL ? [] : [Math.abs(value - before) / Math.SQRT2]
  })
}

/** 0 of nothing. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
