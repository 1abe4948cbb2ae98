import { z } from 'zod'

const textBlock = z.object({ type: z.literal('text'), text: z.string() })
const toolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.json(),
})
/** Thinking and whatever the API adds later: not part of the visible answer. */
const otherBlock = z.object({ type: z.string() }).transform(() => ({ type: 'other' as const }))

const contentBlock = z.union([textBlock, toolUseBlock, otherBlock])
export type AnswerBlock = z.infer<typeof contentBlock>

const stopDetails = z.object({ category: z.string().nullish(), explanation: z.string().nullish() }).nullish()
export type StopDetails = z.infer<typeof stopDetails>

const rawUsage = z.record(z.string(), z.json())

/** A whole answer of the Messages API, as far as it is read. */
export const messageSchema = z.object({
  type: z.literal('message'),
  model: z.string(),
  content: z.array(contentBlock),
  stop_reason: z.string().nullish(),
  stop_details: stopDetails,
  usage: rawUsage,
})

/** The events of a streamed answer; those that are not read become `other`. */
export const streamEventSchema = z.union([
  z.object({ type: z.literal('message_start'), message: z.object({ model: z.string(), usage: rawUsage }) }),
  z.object({ type: z.literal('content_block_start'), index: z.number(), content_block: contentBlock }),
  z.object({
    type: z.literal('content_block_delta'),
    index: z.number(),
    delta: z.union([
      z.object({ type: z.literal('text_delta'), text: z.string() }),
      z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
      z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
    ]),
  }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish(), stop_details: stopDetails }),
    usage: rawUsage,
  }),
  z.object({ type: z.literal('message_stop') }),
  z.object({ type: z.string() }).transform(() => ({ type: 'other' as const })),
])

const count = z.number().int().nonnegative()

/** The usage object. Cache tokens stand beside `input_tokens`. */
export const usageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count.nullish(),
  cache_read_input_tokens: count.nullish(),
  output_tokens_details: z.object({ thinking_tokens: count.nullish() }).nullish(),
})
