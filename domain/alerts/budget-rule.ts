import type { BudgetRuleSettings } from './alert-settings.ts'
import type { BudgetStatus } from '../budget/budget-status.ts'
import { describeBudget } from '../budget/budget.ts'
import type { Finding, FindingStatus } from './finding.ts'
import { formatUsd, type NanoUsd } from '../money.ts'
import { percentText } from '../percent-text.ts'

/** A budget, how its window stands, and what a call of its owner usually reserves. */
export interface BudgetReading {
  readonly budget: BudgetStatus
  /** The mean of the last day's calls; absent where there was none. */
  readonly usualReservationNanoUsd?: NanoUsd
}

/** Under a threshold by so much, a share of the cap, an alert ends: late usage moves what is spent a little. */
const MARGIN = 0.05

/**
 * Budgets of which much is spent. The highest threshold that is passed is breached and those below it keep what they
 * have, so that a budget which is spent at once is said once. A budget also counts as wholly spent when it has no room
 * for a usual call any more: what is refused is never spent, so it would hardly ever reach its cap.
 */
export function judgeBudgets(
  readings: readonly BudgetReading[],
  { thresholds }: BudgetRuleSettings,
): readonly Finding[] {
  return readings.flatMap((reading) => {
    const spent = shareSpent(reading)
    const passed = Math.max(0, ...thresholds.filter((threshold) => spent >= threshold))
    return thresholds.map((threshold) => findingOf(reading, threshold, statusOf(spent, threshold, passed)))
  })
}

function shareSpent({ budget, usualReservationNanoUsd = 0 }: BudgetReading): number {
  const { capNanoUsd, spentNanoUsd } = budget
  const isFull = spentNanoUsd >= capNanoUsd || capNanoUsd - spentNanoUsd < usualReservationNanoUsd
  return isFull ? Math.max(1, spentNanoUsd / Math.max(1, capNanoUsd)) : spentNanoUsd / capNanoUsd
}

function statusOf(spent: number, threshold: number, passed: number): FindingStatus {
  if (spent >= threshold) return threshold === passed ? 'breached' : 'holding'
  return spent >= threshold - MARGIN ? 'holding' : 'clear'
}

function findingOf({ budget }: BudgetReading, threshold: number, status: FindingStatus): Finding {
  const { id, startsAt, capNanoUsd, spentNanoUsd, tenant, user, window } = budget
  const share = spentNanoUsd / Math.max(1, capNanoUsd)
  const full = status === 'breached' && threshold >= 1 && share < 1
  return {
    rule: 'budget',
    fingerprint: `budget/${id}/${startsAt}/${percentText(threshold)}`,
    subject: `${window} ${startsAt} of ${user === undefined ? '' : `user ${user} of `}tenant ${tenant}`,
    status,
    severity: threshold >= 1 ? 'critical' : 'warning',
    summary:
      `${percentText(share)} % of ${describeBudget(budget)} is spent: ${formatUsd(spentNanoUsd)} of ` +
      `${formatUsd(capNanoUsd)}${full ? ', and what is left has no room for a usual call' : ''}`,
    value: share,
    threshold,
    unit: 'share',
  }
}
