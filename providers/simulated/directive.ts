import { z } from 'zod'
import { FAULTS } from './fault.ts'
import { parseResetDuration } from '../http/rate-limit-headers.ts'

const count = z.coerce.number().int().nonnegative()
const milliseconds = z.coerce.number().nonnegative()
const duration = z.string().transform((text, context) => {
  const durationMs = parseResetDuration(text)
  if (durationMs !== undefined) return durationMs
  context.addIssue({ code: 'custom', message: 'must be a time such as 120ms, 2s or 6m0s' })
  return z.NEVER
})

const directiveSchema = z.strictObject({
  latency: milliseconds.optional(),
  ttft: milliseconds.optional(),
  tokens: count.optional(),
  fault: z.enum(FAULTS).optional(),
  'retry-after': z.coerce.number().nonnegative().optional(),
  'remaining-requests': count.optional(),
  'remaining-tokens': count.optional(),
  reset: duration.optional(),
  times: count.optional(),
  key: z.string().optional(),
  text: z.string().optional(),
  subtasks: count.optional(),
  lines: count.optional(),
  tool: z.string().optional(),
})

/**
 * What a prompt asks of the simulated provider, in its last user message:
 * `[[sim latency=50 tokens=20 fault=429 retry-after=2 times=1 text="as written"]]`.
 *
 * | word | means |
 * | --- | --- |
 * | `latency` | milliseconds to the whole answer |
 * | `ttft` | milliseconds to the first token of a streamed answer |
 * | `tokens` | output tokens: generated, and billed |
 * | `fault` | one of `FAULTS`, whatever the probabilities say |
 * | `retry-after` | seconds that a 429 asks to wait |
 * | `remaining-requests`, `remaining-tokens` | what the answer's headers say is left of these limits |
 * | `reset` | when these limits are whole again, such as `120ms`, `2s` or `6m0s`; 1 s if absent |
 * | `times` | fault and limits are those of only the first so many calls that carry the same `key` |
 * | `key` | counts calls for `times`; the directive's own text where it is absent |
 * | `text` | the answer, as a JSON string |
 * | `subtasks` | entries of the array `subtasks` when the answer must fit a JSON schema; 4 if absent |
 * | `lines` | answers with a numbered list of so many lines |
 * | `tool` | calls this tool of the request |
 *
 * Several directives in one message are read as one; of the same word the last counts.
 */
export type Directive = Readonly<z.infer<typeof directiveSchema>>

const DIRECTIVE = /\[\[sim\s((?:"(?:\\.|[^"\\])*"|[^\]"])*)\]\]/g
const WORD = /([a-z-]+)=("(?:\\.|[^"\\])*"|[^\s"]+)/g

/**
 * Reads the directives of a message.
 * @throws Error with a readable message when a word is unknown or its value unusable
 */
export function parseDirectives(message: string): Directive {
  const found = [...message.matchAll(DIRECTIVE)]
  if (found.length === 0) return {}
  const entries = found.flatMap(([, body = '']) =>
    [...body.matchAll(WORD)].map(([, name = '', value = '']) => [name, unquote(value)] as const),
  )
  const source = found.map(([text]) => text).join('')
  const parsed = directiveSchema.safeParse(Object.fromEntries(entries))
  if (!parsed.success) throw new Error(`${source.slice(0, 200)}: ${z.prettifyError(parsed.error)}`)
  return { ...parsed.data, key: parsed.data.key ?? source }
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value
  const text: unknown = JSON.parse(value.replaceAll('\n', '\\n'))
  return String(text)
}
