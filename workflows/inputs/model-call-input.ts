import { callerShape, content, durationMs, priority } from './wire-readers.ts'
import { choose, isRecord, mapped, object, optional, withDefault } from '../../domain/reading/composites.ts'
import { DEFAULT_PRIORITY, type Priority } from '../../domain/limits/ticket.ts'
import type { CallStrategy } from '../../domain/legs/strategy.ts'
import { modelRequest, requestSettings, withModel } from './model-request-readers.ts'
import type { ModelRequest } from '../../domain/model-request.ts'
import { parseInput } from './parse-input.ts'
import type { Reader } from '../../domain/reading/reader.ts'
import { strategy } from './strategy-reader.ts'
import { textMessage } from '../../domain/message.ts'

/** A model call's input, checked and with its defaults. */
export interface ReadModelCallInput {
  readonly request: ModelRequest
  readonly tenant: string
  readonly user?: string
  readonly feature?: string
  readonly priority: Priority
  readonly deadlineMs?: number
  readonly strategy?: CallStrategy
}

const callShape = {
  ...callerShape,
  priority: withDefault(priority, DEFAULT_PRIORITY),
  deadlineMs: optional(durationMs),
  strategy: optional(strategy),
}

const fullCall: Reader<ReadModelCallInput> = object({ ...callShape, request: modelRequest })

const shortCall: Reader<ReadModelCallInput> = mapped(
  withModel(object({ ...callShape, prompt: content, ...requestSettings })),
  ({ tenant, user, feature, priority: asked, deadlineMs, strategy: chosen, prompt, ...settings }) => ({
    tenant,
    priority: asked,
    ...(user === undefined ? {} : { user }),
    ...(feature === undefined ? {} : { feature }),
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(chosen === undefined ? {} : { strategy: chosen }),
    request: { ...settings, messages: [textMessage('user', prompt)] },
  }),
)

const call = choose((value) => (isRecord(value) && 'request' in value ? fullCall : shortCall))

/** Reads the client's form `{"request": …}` or the short one `{"prompt": …}`. @throws ApplicationFailure */
export function readModelCallInput(input: unknown): ReadModelCallInput {
  return parseInput(
    call,
    input,
    'modelCall',
    '{"prompt": "What is the capital of France?", "maxOutputTokens": 100}',
  )
}
