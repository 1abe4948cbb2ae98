import { z } from 'zod'
import type { Message, MessagePart } from '../../domain/message.ts'
import { contentSchema, jsonObjectSchema, targetSchema, taskTypeSchema } from './wire-schemas.ts'

const partSchema: z.ZodType<MessagePart> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: contentSchema }),
  z.strictObject({
    type: z.literal('image'),
    mediaType: z.string().exactOptional(),
    data: contentSchema.exactOptional(),
    url: z.url().exactOptional(),
  }),
])

const toolCallSchema = z.strictObject({ id: z.string(), name: z.string(), argumentsJson: z.string() })

const roleSchema = z.enum(['system', 'user', 'assistant', 'tool'])

/** A message with parts, or in the short form `{"role": "user", "content": "…"}`. */
export const messageSchema: z.ZodType<Message> = z.union(
  [
    z
      .strictObject({ role: roleSchema, content: contentSchema })
      .transform(({ role, content }): Message => ({ role, parts: [{ type: 'text', text: content }] })),
    z.strictObject({
      role: roleSchema,
      parts: z.array(partSchema),
      toolCalls: z.array(toolCallSchema).exactOptional(),
      toolCallId: z.string().exactOptional(),
    }),
  ],
  { error: 'must be {"role": "user", "content": "…"}' },
)

const responseFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json') }),
  z.strictObject({ type: z.literal('json-schema'), name: z.string().min(1), schema: jsonObjectSchema }),
  z.strictObject({
    type: z.literal('numbered-lines'),
    count: z.int().min(1).max(50),
    minLength: z.int().min(1),
    maxLength: z.int().min(1),
  }),
])

const toolSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().exactOptional(),
  parameters: jsonObjectSchema,
})

/** What a request may say besides its messages. */
export const requestSettings = {
  task: taskTypeSchema.exactOptional(),
  target: targetSchema.exactOptional(),
  model: z.string().min(1).exactOptional(),
  maxOutputTokens: z.int().positive().exactOptional(),
  temperature: z.number().min(0).max(2).exactOptional(),
  seed: z.int().exactOptional(),
  stop: z.array(z.string().min(1)).max(4).exactOptional(),
  responseFormat: responseFormatSchema.exactOptional(),
  tools: z.array(toolSchema).exactOptional(),
  toolChoice: z
    .union([z.enum(['auto', 'none', 'required']), z.strictObject({ name: z.string().min(1) })])
    .exactOptional(),
}

export const modelRequestSchema = z.strictObject({
  messages: z.array(messageSchema).min(1, 'must hold at least one message'),
  ...requestSettings,
})
