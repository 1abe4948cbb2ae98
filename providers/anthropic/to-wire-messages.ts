import { plainText } from '../http/plain-text.ts'
import type { Anthropic } from '@anthropic-ai/sdk'
import type { ImagePart, MessagePart, ResolvedMessage, ToolCall } from '../../domain/message.ts'
import { imageMediaType } from '../http/image-media-type.ts'
import { ProviderError } from '../provider-error.ts'

type WireMessage = Anthropic.MessageParam
interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: Anthropic.ContentBlockParam[]
}
type UserBlock = Anthropic.TextBlockParam | Anthropic.ImageBlockParam

/** The system prompt: all system messages together, because this API keeps it apart from the turns. */
export function toSystemPrompt(messages: readonly ResolvedMessage[]): string | undefined {
  const texts = messages.filter(({ role }) => role === 'system').map(plainText)
  return texts.length === 0 ? undefined : texts.join('\n\n')
}

/**
 * The turns in Anthropic's words. Messages of the same side become one turn: all results of parallel tool calls
 * must stand in the turn that follows the calls.
 * @throws ProviderError `bad-request` for what the API has no place for
 */
export function toAnthropicMessages(messages: readonly ResolvedMessage[]): WireMessage[] {
  const turns: Turn[] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const last = turns.at(-1)
    if (last?.role === role) last.content.push(...toBlocks(message))
    else turns.push({ role, content: toBlocks(message) })
  }
  if (turns.length === 0) throw new ProviderError('bad-request', 'the request has no user message')
  return turns
}

function toBlocks(message: ResolvedMessage): Anthropic.ContentBlockParam[] {
  if (message.role === 'tool') {
    return [
      { type: 'tool_result', tool_use_id: message.toolCallId ?? '', content: toUserBlocks(message.parts) },
    ]
  }
  if (message.role === 'user') return toUserBlocks(message.parts)
  const text = plainText(message)
  return [
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...(message.toolCalls ?? []).map(toToolUse),
  ]
}

function toToolUse({ id, name, argumentsJson }: ToolCall): Anthropic.ToolUseBlockParam {
  try {
    const input: unknown = JSON.parse(argumentsJson === '' ? '{}' : argumentsJson)
    return { type: 'tool_use', id, name, input }
  } catch (cause) {
    throw new ProviderError('bad-request', `the arguments of tool call ${id} (${name}) are not JSON`, {
      cause,
    })
  }
}

/** The API refuses empty text. */
function toUserBlocks(parts: readonly MessagePart<string>[]): UserBlock[] {
  return parts.flatMap((part): UserBlock[] => {
    if (part.type === 'image') return [{ type: 'image', source: imageSource(part) }]
    return part.text === '' ? [] : [{ type: 'text', text: part.text }]
  })
}

function imageSource(image: ImagePart<string>): Anthropic.ImageBlockParam['source'] {
  if (image.data !== undefined) {
    return { type: 'base64', media_type: imageMediaType(image), data: image.data }
  }
  if (image.url !== undefined) return { type: 'url', url: image.url }
  throw new ProviderError('bad-request', 'an image part has neither data nor url')
}
