import { z } from 'zod'
import { type Content, inlineContent } from '../../domain/content-ref.ts'
import type { JsonObject } from '../../domain/json.ts'
import { checkId } from '../../domain/ids.ts'
import { OPTIMISATION_TARGETS, TASK_TYPES } from '../../domain/model-request.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')

/** Text as people write it, or as the client sends it. */
export const contentSchema: z.ZodType<Content> = z.union(
  [
    z.string().min(1, 'must not be empty').transform(inlineContent),
    z.strictObject({ inline: z.string() }),
    z.strictObject({ sha256, bytes: z.int().nonnegative() }),
  ],
  { error: 'must be a text, or a reference made by the client' },
)

export const taskTypeSchema = z.enum(TASK_TYPES)
export const targetSchema = z.enum(OPTIMISATION_TARGETS)

/** An id that ends up in workflow and operation ids. */
export function idSchema(name: string): z.ZodType<string> {
  return z.string().superRefine((id, context) => {
    const problem = checkId(name, id)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
}

/** Who asks, for accounting. */
export const callerShape = {
  tenant: idSchema('tenant').default('default'),
  user: idSchema('user').optional(),
  feature: idSchema('feature').optional(),
}

/** Longest deadline that can be asked for: 30 days, as long as an idempotency key is honoured. */
const LONGEST_DEADLINE_MS = 30 * 24 * 3600 * 1000

export const durationMsSchema = z.int().positive().max(LONGEST_DEADLINE_MS)

export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json())
