import { z } from 'zod'
import { MAX_CONTENT_BYTES } from '../../domain/content-ref.ts'
import type { Role, ToolCall } from '../../domain/message.ts'
import { filledTextSchema, textSchema, tooLarge } from './text-schema.ts'

/** An image by its bytes, or their base64, or an address that the provider can fetch. */
export interface ImageInput {
  readonly type: 'image'
  readonly data?: Uint8Array | string
  readonly url?: string
  /** For example `image/png`; read from the bytes by providers that need it when absent. */
  readonly mediaType?: string
}

export type PartInput = string | { readonly type: 'text'; readonly text: string } | ImageInput

/** One turn of a conversation as callers write it. */
export interface MessageInput {
  readonly role: Role
  readonly content: string | readonly PartInput[]
  /** Tools the assistant asked for in this turn. */
  readonly toolCalls?: readonly ToolCall[]
  /** For role `tool`: the call that this message answers. */
  readonly toolCallId?: string
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

const imageSchema = z
  .strictObject({
    type: z.literal('image'),
    data: z
      .union([z.instanceof(Uint8Array), z.string()], { error: 'must be bytes, or base64 text' })
      .superRefine(checkImageData)
      .exactOptional(),
    url: z.url().exactOptional(),
    mediaType: z.string().min(1).exactOptional(),
  })
  .refine(({ data, url }) => (data === undefined) !== (url === undefined), 'must have either data or url')

function checkImageData(data: Uint8Array | string, context: z.RefinementCtx): void {
  // Images travel as base64 text, so that text is what must fit.
  const bytes = typeof data === 'string' ? data.length : Math.ceil(data.byteLength / 3) * 4
  if (bytes === 0) context.addIssue({ code: 'custom', message: 'must not be empty' })
  else if (bytes > MAX_CONTENT_BYTES) context.addIssue({ code: 'custom', message: tooLarge(bytes) })
  else if (typeof data === 'string' && (data.length % 4 !== 0 || !BASE64.test(data))) {
    context.addIssue({ code: 'custom', message: 'must be base64 without line breaks or a data: prefix' })
  }
}

const partSchema: z.ZodType<PartInput> = z.union([
  filledTextSchema,
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), text: filledTextSchema }),
    imageSchema,
  ]),
])

const toolCallSchema = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  argumentsJson: z.string(),
})

const shape = z.strictObject({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  // Not a union: its message would hide which part is wrong.
  content: z.custom<MessageInput['content']>(
    (content) => typeof content === 'string' || Array.isArray(content),
    'must be a text or a list of parts',
  ),
  toolCalls: z.array(toolCallSchema).exactOptional(),
  toolCallId: z.string().min(1).exactOptional(),
})

/** Checks one message. */
export const messageSchema: z.ZodType<MessageInput> = shape.superRefine(
  ({ role, content, toolCalls, toolCallId }, context) => {
    const checked =
      typeof content === 'string' ? textSchema.safeParse(content) : z.array(partSchema).safeParse(content)
    for (const { path, message } of checked.error?.issues ?? []) {
      context.addIssue({ code: 'custom', path: ['content', ...path], message })
    }
    // An assistant's turn that only calls tools has no text.
    if (content.length === 0 && (toolCalls ?? []).length === 0 && role !== 'tool') {
      context.addIssue({ code: 'custom', path: ['content'], message: 'must not be empty' })
    }
    if (role === 'tool' && toolCallId === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['toolCallId'],
        message: 'is needed in a message of role tool',
      })
    }
  },
)
