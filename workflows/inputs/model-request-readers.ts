import { choose, isRecord, list, mapped, object, optional } from '../../domain/reading/composites.ts'
import { content, jsonObject, routeWishes, target, taskType } from './wire-readers.ts'
import type {
  Message,
  MessagePart,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '../../domain/message.ts'
import { number, oneOf, text } from '../../domain/reading/scalars.ts'
import type { ModelRequest } from '../../domain/model-request.ts'
import { INVALID, memberPath, type Reader } from '../../domain/reading/reader.ts'

const textPart: Reader<MessagePart> = object({ type: oneOf(['text']), text: content })
const imagePart: Reader<MessagePart> = object({
  type: oneOf(['image']),
  mediaType: optional(text()),
  data: optional(content),
  url: optional(text()),
})
const part: Reader<MessagePart> = choose((value) =>
  isRecord(value) && value['type'] === 'image' ? imagePart : textPart,
)

const role = oneOf(['system', 'user', 'assistant', 'tool'])
const toolCall = object({ id: text(), name: text(), argumentsJson: text({ minLength: 0 }) })

const shortMessage: Reader<Message> = mapped(object({ role, content }), ({ role: from, content: said }) => ({
  role: from,
  parts: [{ type: 'text', text: said }],
}))
const fullMessage: Reader<Message> = object({
  role,
  parts: list(part),
  toolCalls: optional(list(toolCall)),
  toolCallId: optional(text()),
})

/** A message with parts, or in the short form `{"role": "user", "content": "…"}`. */
const message = choose((value) => (isRecord(value) && 'parts' in value ? fullMessage : shortMessage))

const FORMAT_TYPES = ['text', 'json', 'json-schema', 'numbered-lines'] as const
const formats: Readonly<Record<string, Reader<ResponseFormat>>> = {
  json: object({ type: oneOf(['json']) }),
  'json-schema': object({ type: oneOf(['json-schema']), name: text(), schema: jsonObject }),
  'numbered-lines': object({
    type: oneOf(['numbered-lines']),
    count: number({ min: 1, max: 50, isWhole: true }),
    minLength: number({ min: 1, isWhole: true }),
    maxLength: number({ min: 1, isWhole: true }),
  }),
  text: object({ type: oneOf(['text']) }),
}
const unknownFormat: Reader<ResponseFormat> = mapped(object({ type: oneOf(FORMAT_TYPES) }), () => ({
  type: 'text',
}))
const responseFormat = choose<ResponseFormat>(
  (value) => (isRecord(value) ? formats[String(value['type'])] : undefined) ?? unknownFormat,
)

const tool: Reader<ToolDefinition> = object({
  name: text(),
  description: optional(text()),
  parameters: jsonObject,
})
const toolByName: Reader<ToolChoice> = object({ name: text() })
const toolMode: Reader<ToolChoice> = oneOf(['auto', 'none', 'required'])
const toolChoice = choose((value) => (isRecord(value) ? toolByName : toolMode))

/** What a request may say besides its messages. */
export const requestSettings = {
  task: optional(taskType),
  target: optional(target),
  model: optional(text()),
  version: optional(text()),
  experiment: optional(text({ maxLength: 128 })),
  ...routeWishes,
  maxOutputTokens: optional(number({ min: 1, isWhole: true })),
  temperature: optional(number({ min: 0, max: 2 })),
  seed: optional(number({ isWhole: true })),
  stop: optional(list(text(), { maxLength: 4 })),
  responseFormat: optional(responseFormat),
  tools: optional(list(tool)),
  toolChoice: optional(toolChoice),
}

/** A version is one of its model's. */
export function withModel<Value extends { readonly model?: string; readonly version?: string }>(
  reader: Reader<Value>,
): Reader<Value> {
  return (value, path, problems) => {
    const read = reader(value, path, problems)
    if (read === INVALID || read.version === undefined || read.model !== undefined) return read
    problems.add(memberPath(path, 'version'), 'needs the model that it is a version of')
    return INVALID
  }
}

export const modelRequest: Reader<ModelRequest> = withModel(
  object({ messages: list(message, { minLength: 1 }), ...requestSettings }),
)
