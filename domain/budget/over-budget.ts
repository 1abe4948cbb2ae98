import { type BudgetAddress, describeBudget, type SpentPolicy } from './budget.ts'
import { formatUsd, type NanoUsd } from '../money.ts'
import { formatUtc } from '../format-utc.ts'

/** Why a call was not admitted: the tightest budget that has no room for it. */
export interface OverBudget extends BudgetAddress {
  readonly budgetId: string
  readonly capNanoUsd: NanoUsd
  /** What is neither spent nor reserved in the window. */
  readonly leftNanoUsd: NanoUsd
  /** The most that the call may cost. */
  readonly neededNanoUsd: NanoUsd
  /** When the window ends, in milliseconds since the epoch. */
  readonly resetsAtMs: number
  /** What is to follow; `reject` also where waiting is useless, because the call costs more than a whole window. */
  readonly whenSpent: SpentPolicy
}

/** The sentence for people, without its subject: `needs $0.02 at most, but $0.01 of …`. */
export function describeOverBudget(over: OverBudget): string {
  const { capNanoUsd, leftNanoUsd, neededNanoUsd, resetsAtMs } = over
  const needs = `needs ${formatUsd(neededNanoUsd)} at most, but`
  const budget = `${describeBudget(over)} (${formatUsd(capNanoUsd)})`
  if (neededNanoUsd > capNanoUsd) return `${needs} that is more than ${budget} in all`
  return `${needs} ${formatUsd(leftNanoUsd)} is left of ${budget}; it resets at ${formatUtc(resetsAtMs)}`
}
