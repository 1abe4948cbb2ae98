import { z } from 'zod'
import {
  type GenerationSettings,
  type ModelRequest,
  OPTIMISATION_TARGETS,
  type OptimisationTarget,
  TASK_TYPES,
  type TaskType,
} from '../../domain/model-request.ts'
import { filledTextSchema, idSchema, jsonObjectSchema } from './text-schema.ts'
import type { CallStrategy } from '../../domain/legs/strategy.ts'
import { callStrategySchema } from './strategy-input.ts'
import { type MessageInput, messageSchema } from './message-input.ts'
import { routeWishesShape } from './route-wishes.ts'

/** One request as callers write it: a prompt, or a whole conversation. */
export interface CallRequest
  extends
    GenerationSettings,
    Pick<ModelRequest, 'dataClass' | 'complexity' | 'weights' | 'version' | 'session' | 'experiment'> {
  /** The user's message; stands for `messages` with one entry. */
  readonly prompt?: string
  /** A system message before everything else. */
  readonly system?: string
  readonly messages?: readonly MessageInput[]
  /** Default: recognised by rules. */
  readonly task?: TaskType
  readonly target?: OptimisationTarget
  /** A model of the catalog by its logical name; absent: the task's default, then its fallbacks. */
  readonly model?: string
  /** Asks several models at once: a hedge, a race or a consensus. Default: one, and its fallbacks one after the other. */
  readonly strategy?: CallStrategy
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

const callRequestObject = z.strictObject({
  prompt: filledTextSchema.exactOptional(),
  system: filledTextSchema.exactOptional(),
  messages: z.array(messageSchema).min(1, 'must hold at least one message').exactOptional(),
  task: z.enum(TASK_TYPES).exactOptional(),
  target: z.enum(OPTIMISATION_TARGETS).exactOptional(),
  model: z.string().min(1).exactOptional(),
  version: z.string().min(1).exactOptional(),
  experiment: idSchema('experiment').exactOptional(),
  strategy: callStrategySchema.exactOptional(),
  ...routeWishesShape,
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

/** Checks a request that is only asked about: it may have no prompt at all. */
export const explainedRequestSchema: z.ZodType<CallRequest> = callRequestObject.refine(
  ({ model, version }) => version === undefined || model !== undefined,
  { message: 'needs the model that it is a version of', path: ['version'] },
)

/** Checks one request. */
export const callRequestSchema: z.ZodType<CallRequest> = explainedRequestSchema.refine(
  ({ prompt, messages }) => (prompt === undefined) !== (messages === undefined),
  'must have either a prompt or messages',
)
