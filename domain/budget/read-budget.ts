import {
  type BudgetAddress,
  BUDGET_PERIODS,
  type BudgetFilter,
  type BudgetSetting,
  SPENT_POLICIES,
} from './budget.ts'
import { number, oneOf, text } from '../reading/scalars.ts'
import { object, optional } from '../reading/composites.ts'
import { checkId } from '../ids.ts'
import type { Reader } from '../reading/reader.ts'

/** The largest cap, in nano-dollars: sums up to twice this much stay exact in a JavaScript number. */
export const MAX_CAP_NANO_USD = 4_000_000_000_000_000

const tenant = text({ check: (value) => checkId('tenant', value) })
const user = text({ check: (value) => checkId('user', value) })
const addressShape = { tenant, user: optional(user), window: oneOf(BUDGET_PERIODS) }

export const budgetSetting: Reader<BudgetSetting> = object({
  ...addressShape,
  capNanoUsd: number({ min: 0, max: MAX_CAP_NANO_USD, isWhole: true }),
  whenSpent: optional(oneOf(SPENT_POLICIES)),
})

export const budgetAddress: Reader<BudgetAddress> = object(addressShape)

export const budgetFilter: Reader<BudgetFilter> = object({ tenant: optional(tenant), user: optional(user) })
