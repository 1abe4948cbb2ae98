import type { NanoUsd } from '../money.ts'
import type { OperationKind } from '../operation-kind.ts'

export const BUDGET_PERIODS = ['day', 'month'] as const
/** How long one window of a budget is: a calendar day or a calendar month, in UTC. */
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number]

export const SPENT_POLICIES = ['reject', 'wait', 'ask'] as const
/**
 * What happens to a call that a budget has no room for: it is refused, it waits until there is room, or a person
 * decides.
 */
export type SpentPolicy = (typeof SPENT_POLICIES)[number]

/** Whose budget it is, and for how long one window lasts. There is one budget for each of these. */
export interface BudgetAddress {
  readonly tenant: string
  /** Absent: everything that the tenant's users spend together. */
  readonly user?: string
  readonly window: BudgetPeriod
}

/** A bound on what may be spent in one window. */
export interface Budget extends BudgetAddress {
  /** Made of its address by `budgetId`. */
  readonly id: string
  readonly capNanoUsd: NanoUsd
  readonly whenSpent: SpentPolicy
}

/** A budget as it is set. */
export interface BudgetSetting extends BudgetAddress {
  readonly capNanoUsd: NanoUsd
  /** Default `reject`. */
  readonly whenSpent?: SpentPolicy
}

/** Which budgets a list is about. Absent members do not restrict it. */
export interface BudgetFilter {
  readonly tenant?: string
  readonly user?: string
}

/** The id of a budget: `day/acme`, `month/acme/ada`. Neither tenants nor users have a slash in them. */
export function budgetId({ tenant, user, window }: BudgetAddress): string {
  return [window, tenant, ...(user === undefined ? [] : [user])].join('/')
}

/**
 * Whether a call of this caller counts against the budget. Copies for a version that is watched do not: nobody but the
 * operators asked for them.
 */
export function appliesTo(
  budget: BudgetAddress,
  caller: { readonly tenant: string; readonly user?: string; readonly kind?: OperationKind },
): boolean {
  if (caller.kind === 'mirror') return false
  return budget.tenant === caller.tenant && (budget.user === undefined || budget.user === caller.user)
}

/** `the day's budget of tenant acme`, `the month's budget of user ada of tenant acme` */
export function describeBudget({ tenant, user, window }: BudgetAddress): string {
  return `the ${window}'s budget of ${user === undefined ? '' : `user ${user} of `}tenant ${tenant}`
}
