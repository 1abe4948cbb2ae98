import { idSchema } from './text-schema.ts'
import { z } from 'zod'

/** Whose request is asked about, and what is assumed of it. */
export interface ExplainOptions {
  /** Default `default`. */
  readonly tenant?: string
  readonly user?: string
  /** Decides as if this share of the budget were left, 0 to 1. */
  readonly budgetLeftShare?: number
}

export const explainOptionsSchema: z.ZodType<ExplainOptions> = z.strictObject({
  tenant: idSchema('tenant').exactOptional(),
  user: idSchema('user').exactOptional(),
  budgetLeftShare: z.number().min(0).max(1).exactOptional(),
})
