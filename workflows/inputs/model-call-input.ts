import { z } from 'zod'
import type { ModelRequest } from '../../domain/model-request.ts'
import { textMessage } from '../../domain/message.ts'
import { callerShape, contentSchema, durationMsSchema } from './wire-schemas.ts'
import { modelRequestSchema, requestSettings } from './model-request-schema.ts'
import { parseInput } from './parse-input.ts'

/** A model call's input, checked and with its defaults. */
export interface ReadModelCallInput {
  readonly request: ModelRequest
  readonly tenant: string
  readonly user?: string | undefined
  readonly feature?: string | undefined
  readonly deadlineMs?: number | undefined
}

const callShape = { ...callerShape, deadlineMs: durationMsSchema.optional() }

const fullSchema = z.strictObject({ ...callShape, request: modelRequestSchema })

const shortSchema = z
  .strictObject({ ...callShape, prompt: contentSchema, ...requestSettings })
  .transform(({ tenant, user, feature, deadlineMs, prompt, ...settings }): ReadModelCallInput => {
    return {
      tenant,
      user,
      feature,
      deadlineMs,
      request: { ...settings, messages: [textMessage('user', prompt)] },
    }
  })

/** Reads the client's form `{"request": …}` or the short one `{"prompt": …}`. @throws ApplicationFailure */
export function readModelCallInput(input: unknown): ReadModelCallInput {
  const isFull = typeof input === 'object' && input !== null && 'request' in input
  // Choosing by what is there keeps the messages about the form that was meant.
  return parseInput<ReadModelCallInput>(
    isFull ? fullSchema : shortSchema,
    input,
    'modelCall',
    '{"prompt": "What is the capital of France?", "maxOutputTokens": 100}',
  )
}
