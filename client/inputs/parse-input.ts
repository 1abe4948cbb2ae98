import type { z } from 'zod'
import { InvalidRequestError } from '../errors.ts'

/**
 * Checks what a caller gave before anything is sent.
 * @param subject what it is, for the message: `the call`
 * @throws InvalidRequestError that names every wrong place
 */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown, subject: string): Output {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new InvalidRequestError(subject, parsed.error.issues.map(describeIssue))
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return place === '' ? message : `${place.replace(/^\./, '')}: ${message}`
}
