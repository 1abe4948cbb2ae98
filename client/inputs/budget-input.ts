import {
  type BudgetAddress,
  BUDGET_PERIODS,
  type BudgetFilter,
  type BudgetSetting,
  SPENT_POLICIES,
} from '../../domain/budget/budget.ts'
import { idSchema } from './text-schema.ts'
import { MAX_CAP_NANO_USD } from '../../domain/budget/read-budget.ts'
import { z } from 'zod'

const addressShape = {
  tenant: idSchema('tenant'),
  user: idSchema('user').exactOptional(),
  window: z.enum(BUDGET_PERIODS),
}

export const budgetAddressSchema: z.ZodType<BudgetAddress> = z.strictObject(addressShape)

export const budgetSettingSchema: z.ZodType<BudgetSetting> = z.strictObject({
  ...addressShape,
  capNanoUsd: z.int().nonnegative().max(MAX_CAP_NANO_USD),
  whenSpent: z.enum(SPENT_POLICIES).exactOptional(),
})

export const budgetFilterSchema: z.ZodType<BudgetFilter> = z.strictObject({
  tenant: idSchema('tenant').exactOptional(),
  user: idSchema('user').exactOptional(),
})
