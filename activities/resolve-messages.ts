import type { ContentStore } from '../payloads/content-store.ts'
import type { Message, MessagePart, ResolvedMessage } from '../domain/message.ts'

/** Fetches the text behind every reference of a prompt, each reference once. */
export async function resolveMessages(
  messages: readonly Message[],
  contents: ContentStore,
): Promise<readonly ResolvedMessage[]> {
  return Promise.all(
    messages.map(async ({ parts, ...message }) => ({
      ...message,
      parts: await Promise.all(parts.map((part) => resolvePart(part, contents))),
    })),
  )
}

async function resolvePart(part: MessagePart, contents: ContentStore): Promise<MessagePart<string>> {
  if (part.type === 'text') return { type: 'text', text: await contents.get(part.text) }
  const { data, ...image } = part
  return data === undefined ? image : { ...image, data: await contents.get(data) }
}
