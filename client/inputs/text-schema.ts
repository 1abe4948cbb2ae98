import { z } from 'zod'
import { checkId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'
import { MAX_CONTENT_BYTES } from '../../domain/content-ref.ts'

/** A text of any length that the content store takes. */
export const textSchema = z.string().superRefine((text, context) => {
  // A character has at most three bytes for each UTF-16 unit: short texts need no counting.
  if (text.length * 3 <= MAX_CONTENT_BYTES) return
  const bytes = Buffer.byteLength(text, 'utf8')
  if (bytes > MAX_CONTENT_BYTES) context.addIssue({ code: 'custom', message: tooLarge(bytes) })
})

/** A text that says something. */
export const filledTextSchema = textSchema.refine((text) => text !== '', 'must not be empty')

/** What is said of a text or an image over the limit. */
export function tooLarge(bytes: number): string {
  return `has ${bytes} bytes, more than the ${MAX_CONTENT_BYTES} that are accepted; split it into smaller parts`
}

/** An id that ends up in workflow and operation ids. */
export function idSchema(name: string): z.ZodType<string> {
  return z.string().superRefine((id, context) => {
    const problem = checkId(name, id)
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
  })
}

/** A time in milliseconds, 30 days at most: an idempotency key is honoured no longer. */
export const durationMsSchema = z
  .int()
  .positive()
  .max(30 * 24 * 3600 * 1000)

export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json())
