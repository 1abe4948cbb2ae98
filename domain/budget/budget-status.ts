import { type BudgetState, leftIn } from './reserve.ts'
import type { Budget } from './budget.ts'
import type { NanoUsd } from '../money.ts'

/** A budget and how its current window stands, as people see it. */
export interface BudgetStatus extends Budget {
  /** First day of the window, `2026-11-01`. */
  readonly startsAt: string
  /** When the window ends, in milliseconds since the epoch. */
  readonly resetsAtMs: number
  readonly spentNanoUsd: NanoUsd
  /** The most that open calls may still cost. */
  readonly reservedNanoUsd: NanoUsd
  readonly leftNanoUsd: NanoUsd
  /** What was spent above the cap: more than was reserved, approved by a person, or before the cap was lowered. */
  readonly overshootNanoUsd: NanoUsd
}

/** Shows a budget's state. */
export function toBudgetStatus(state: BudgetState): BudgetStatus {
  const { budget, startsAt, resetsAtMs, spentNanoUsd, reservedNanoUsd } = state
  return {
    ...budget,
    startsAt,
    resetsAtMs,
    spentNanoUsd,
    reservedNanoUsd,
    leftNanoUsd: leftIn(state),
    overshootNanoUsd: Math.max(0, spentNanoUsd - budget.capNanoUsd),
  }
}
