import { z } from 'zod'
import {
  type GenerationSettings,
  OPTIMISATION_TARGETS,
  type OptimisationTarget,
  TASK_TYPES,
  type TaskType,
} from '../../domain/model-request.ts'
import { filledTextSchema, jsonObjectSchema } from './text-schema.ts'
import { type MessageInput, messageSchema } from './message-input.ts'

/** One request as callers write it: a prompt, or a whole conversation. */
export interface CallRequest extends GenerationSettings {
  /** The user's message; stands for `messages` with one entry. */
  readonly prompt?: string
  /** A system message before everything else. */
  readonly system?: string
  readonly messages?: readonly MessageInput[]
  /** Default `chat`. */
  readonly task?: TaskType
  readonly target?: OptimisationTarget
  /** A model of the catalog by its logical name; absent: the task's default, then its fallbacks. */
  readonly model?: string
}

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

/** Checks one request. */
export const callRequestSchema: z.ZodType<CallRequest> = z
  .strictObject({
    prompt: filledTextSchema.exactOptional(),
    system: filledTextSchema.exactOptional(),
    messages: z.array(messageSchema).min(1, 'must hold at least one message').exactOptional(),
    task: z.enum(TASK_TYPES).exactOptional(),
    target: z.enum(OPTIMISATION_TARGETS).exactOptional(),
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
  })
  .refine(
    ({ prompt, messages }) => (prompt === undefined) !== (messages === undefined),
    'must have either a prompt or messages',
  )
