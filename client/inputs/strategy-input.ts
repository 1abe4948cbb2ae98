import { type CallStrategy, MAX_LEGS, strategyProblem } from '../../domain/legs/strategy.ts'
import { durationMsSchema } from './text-schema.ts'
import { z } from 'zod'

const copies = z.int().min(2).max(MAX_LEGS).exactOptional()
const models = z.array(z.string().min(1)).min(2).max(MAX_LEGS).exactOptional()
const agree = z.int().min(2).max(MAX_LEGS).exactOptional()

/** Checks how a call is asked of several models. */
export const callStrategySchema: z.ZodType<CallStrategy> = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('hedge'), afterMs: durationMsSchema.exactOptional(), copies }),
    z.strictObject({ kind: z.literal('race'), copies, models }),
    z.strictObject({ kind: z.literal('consensus'), copies, models, agree }),
  ])
  .superRefine((strategy, context) => {
    const problem = strategyProblem(strategy)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
