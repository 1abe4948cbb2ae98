import { plainText } from '../http/plain-text.ts'
import type { OpenAI } from 'openai'
import type { ImagePart, MessagePart, ResolvedMessage } from '../../domain/message.ts'
import { imageMediaType } from '../http/image-media-type.ts'
import { ProviderError } from '../provider-error.ts'

type WireMessage = OpenAI.Chat.ChatCompletionMessageParam

/** With `response_format: json_object` the API refuses a prompt that does not contain the word. */
const JSON_REMINDER: WireMessage = { role: 'system', content: 'Answer with one JSON object.' }

/**
 * Messages in OpenAI's words.
 * @param mustMentionJson adds a system message when no message says "JSON"
 * @throws ProviderError `bad-request` for an image outside a user's message
 */
export function toOpenAiMessages(
  messages: readonly ResolvedMessage[],
  mustMentionJson: boolean,
): WireMessage[] {
  const wire = messages.map(toWireMessage)
  const needsReminder = mustMentionJson && !messages.some(({ parts }) => parts.some(mentionsJson))
  return needsReminder ? [JSON_REMINDER, ...wire] : wire
}

function mentionsJson(part: MessagePart<string>): boolean {
  return part.type === 'text' && /json/i.test(part.text)
}

function toWireMessage(message: ResolvedMessage): WireMessage {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: plainText(message) }
    case 'user':
      return { role: 'user', content: toUserContent(message.parts) }
    case 'tool':
      return { role: 'tool', content: plainText(message), tool_call_id: message.toolCallId ?? '' }
    case 'assistant':
      return toAssistantMessage(message)
  }
}

function toAssistantMessage(message: ResolvedMessage): WireMessage {
  const content = plainText(message)
  if (message.toolCalls === undefined || message.toolCalls.length === 0) return { role: 'assistant', content }
  return {
    role: 'assistant',
    content: content === '' ? null : content,
    tool_calls: message.toolCalls.map(({ id, name, argumentsJson }) => ({
      id,
      type: 'function',
      function: { name, arguments: argumentsJson },
    })),
  }
}

function toUserContent(
  parts: readonly MessagePart<string>[],
): string | OpenAI.Chat.ChatCompletionContentPart[] {
  // Plain text goes as a string: not every compatible host takes a list.
  const [only] = parts
  if (parts.length === 1 && only?.type === 'text') return only.text
  return parts.map((part) =>
    part.type === 'text' ? part : { type: 'image_url', image_url: { url: imageUrl(part) } },
  )
}

function imageUrl(image: ImagePart<string>): string {
  if (image.data !== undefined) return `data:${imageMediaType(image)};base64,${image.data}`
  if (image.url !== undefined) return image.url
  throw new ProviderError('bad-request', 'an image part has neither data nor url')
}
