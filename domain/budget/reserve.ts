import type { Budget, SpentPolicy } from './budget.ts'
import type { NanoUsd } from '../money.ts'
import type { OverBudget } from './over-budget.ts'
import type { WindowTally } from './budget-window.ts'

/** A budget and its window as they stand. */
export interface BudgetState extends WindowTally {
  readonly budget: Budget
  /** When the window ends, in milliseconds since the epoch. */
  readonly resetsAtMs: number
}

/** A call that wants room in all budgets that apply to it. */
export interface ReserveRequest {
  /** The most that it may cost. */
  readonly neededNanoUsd: NanoUsd
  /** A person has said yes to it, whatever is left. */
  readonly isApproved?: boolean
}

export type ReserveDecision =
  /** The same states with the reservation in each of them. */
  | { readonly isReserved: true; readonly states: readonly BudgetState[] }
  | { readonly isReserved: false; readonly overBudget: OverBudget }

/** What a window can still take. An overshoot leaves nothing; it is not paid back by calls that are free. */
export function leftIn({ budget, spentNanoUsd, reservedNanoUsd }: BudgetState): NanoUsd {
  return Math.max(0, budget.capNanoUsd - spentNanoUsd - reservedNanoUsd)
}

/** Decides over all budgets that apply to a call at once: it is reserved in every one of them or in none. */
export function reserve(states: readonly BudgetState[], request: ReserveRequest): ReserveDecision {
  const { neededNanoUsd, isApproved = false } = request
  const [tightest] = states
    .filter((state) => neededNanoUsd > leftIn(state))
    .toSorted((left, right) => compareTightness(left, right, neededNanoUsd))
  if (tightest !== undefined && !isApproved) {
    return { isReserved: false, overBudget: overBudget(tightest, neededNanoUsd) }
  }
  return {
    isReserved: true,
    states: states.map((state) => ({
      ...state,
      reservedNanoUsd: state.reservedNanoUsd + neededNanoUsd,
    })),
  }
}

/** What a settlement does to a window that the call was reserved in. */
export interface WindowChange {
  /** The reservation that ends; 0 where it ended before and the booking is corrected. */
  readonly releasedNanoUsd: NanoUsd
  /** What is booked now, less what was booked before. Above the reservation it is an overshoot. */
  readonly spentNanoUsd: NanoUsd
}

/** Turns a reservation into what was spent. What exceeds the cap is booked in full: the next admission sees it. */
export function settleWindow<Tally extends WindowTally>(tally: Tally, change: WindowChange): Tally {
  return {
    ...tally,
    spentNanoUsd: tally.spentNanoUsd + change.spentNanoUsd,
    reservedNanoUsd: tally.reservedNanoUsd - change.releasedNanoUsd,
  }
}

/** From the policy that decides whatever the others say to the one that yields. */
const STRICTNESS: readonly SpentPolicy[] = ['reject', 'ask', 'wait']

/** Of several budgets without room the strictest policy holds; among equals, the one with the least left. */
function compareTightness(left: BudgetState, right: BudgetState, neededNanoUsd: NanoUsd): number {
  return (
    STRICTNESS.indexOf(policyOf(left, neededNanoUsd)) - STRICTNESS.indexOf(policyOf(right, neededNanoUsd)) ||
    leftIn(left) - leftIn(right) ||
    right.resetsAtMs - left.resetsAtMs ||
    (left.budgetId < right.budgetId ? -1 : 1)
  )
}

/** No window has room for a call that costs more than a whole one: it would wait for ever. */
function policyOf({ budget }: BudgetState, neededNanoUsd: NanoUsd): SpentPolicy {
  return budget.whenSpent === 'wait' && neededNanoUsd > budget.capNanoUsd ? 'reject' : budget.whenSpent
}

function overBudget(state: BudgetState, neededNanoUsd: NanoUsd): OverBudget {
  const { tenant, user, window, capNanoUsd } = state.budget
  return {
    budgetId: state.budgetId,
    tenant,
    ...(user === undefined ? {} : { user }),
    window,
    capNanoUsd,
    leftNanoUsd: leftIn(state),
    neededNanoUsd,
    resetsAtMs: state.resetsAtMs,
    whenSpent: policyOf(state, neededNanoUsd),
  }
}
