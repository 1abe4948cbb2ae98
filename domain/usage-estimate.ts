import { contentBytes } from './content-ref.ts'
import type { MessagePart } from './message.ts'
import type { ModelRequest } from './model-request.ts'
import { sum } from './sum.ts'

/** What of a request becomes input tokens. */
export type PromptParts = Pick<ModelRequest, 'messages' | 'tools' | 'responseFormat'>

/** Role markers and separators that a chat template adds to each message, at most. */
const TEMPLATE_TOKENS_PER_MESSAGE = 16

/** More than any vendor counts for one image at full detail. */
const MOST_TOKENS_PER_IMAGE = 6000

const EXPECTED_BYTES_PER_TOKEN = 4

/** Expected tokens of a text of so many UTF-8 bytes: about four bytes a token. For choosing, never for billing. */
export function estimateTokens(bytes: number): number {
  return Math.ceil(bytes / EXPECTED_BYTES_PER_TOKEN)
}

/** Expected input tokens of a request. */
export function expectedInputTokens(prompt: PromptParts): number {
  const messages = prompt.messages.map(({ parts }) => sum(parts.map(partBytes)))
  return estimateTokens(sum(messages) + schemaLength(prompt)) + prompt.messages.length * 4
}

/**
 * More input tokens than any byte-level tokenizer makes of a request: one per UTF-8 byte, plus the chat template's
 * and a flat bound for each image.
 */
export function boundInputTokens(prompt: PromptParts): number {
  const messages = prompt.messages.map(
    ({ parts, toolCalls = [] }) =>
      sum(parts.map(partBound)) +
      sum(toolCalls.map(({ name, argumentsJson }) => 3 * (name.length + argumentsJson.length))) +
      TEMPLATE_TOKENS_PER_MESSAGE,
  )
  return sum(messages) + 3 * schemaLength(prompt)
}

function partBytes(part: MessagePart): number {
  return part.type === 'text' ? contentBytes(part.text) : MOST_TOKENS_PER_IMAGE * EXPECTED_BYTES_PER_TOKEN
}

function partBound(part: MessagePart): number {
  return part.type === 'text' ? contentBytes(part.text) : MOST_TOKENS_PER_IMAGE
}

/** Characters of tool definitions and schemas, which providers put into the prompt. */
function schemaLength({ tools, responseFormat }: PromptParts): number {
  const tool = tools === undefined ? 0 : JSON.stringify(tools).length
  const format = responseFormat?.type === 'json-schema' ? JSON.stringify(responseFormat).length : 0
  return tool + format
}
