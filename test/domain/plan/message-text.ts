import { isContentRef } from '../../../domain/content-ref.ts'
import type { Message } from '../../../domain/message.ts'

/** The text of messages as a model gets it; references show as `<sha256>`. */
export function messageText(messages: readonly Message[]): string {
  const parts = messages.flatMap((message) => message.parts)
  return parts
    .map((part) => {
      if (part.type === 'image') return '<image>'
      return isContentRef(part.text) ? `<${part.text.sha256}>` : part.text.inline
    })
    .join('')
}
