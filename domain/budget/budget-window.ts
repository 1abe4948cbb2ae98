import { civilDate, daysSinceEpoch, formatDate, MS_PER_DAY } from '../civil-date.ts'
import type { BudgetPeriod } from './budget.ts'
import type { NanoUsd } from '../money.ts'

/** One window of a budget: a calendar day or month in UTC. */
export interface BudgetWindow {
  /** Its first day, `2026-11-01`. */
  readonly startsAt: string
  /** Milliseconds since the epoch; the next window starts here. */
  readonly endsAtMs: number
}

/** Names one window among all of all budgets. */
export interface WindowKey {
  readonly budgetId: string
  readonly startsAt: string
}

/** What one window holds. */
export interface WindowTally extends WindowKey {
  /** What settled calls are booked at. */
  readonly spentNanoUsd: NanoUsd
  /** The most that open calls may still cost. */
  readonly reservedNanoUsd: NanoUsd
}

/** The window that a call admitted at `nowMs` counts in. `nowMs`: milliseconds since the epoch. */
export function budgetWindow(nowMs: number, period: BudgetPeriod): BudgetWindow {
  const today = Math.floor(nowMs / MS_PER_DAY)
  if (period === 'day') {
    return { startsAt: formatDate(civilDate(today)), endsAtMs: (today + 1) * MS_PER_DAY }
  }
  const { year, month } = civilDate(today)
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
  return { startsAt: formatDate({ year, month, day: 1 }), endsAtMs: daysSinceEpoch(next) * MS_PER_DAY }
}
