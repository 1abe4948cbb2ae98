import { ProviderError } from '../provider-error.ts'
import type { ResolvedMessage } from '../../domain/message.ts'

/** The text of a message in a role that takes no images. @throws ProviderError `bad-request` for an image */
export function plainText({ role, parts }: ResolvedMessage): string {
  return parts
    .map((part) => {
      if (part.type === 'text') return part.text
      throw new ProviderError(
        'bad-request',
        `images can only stand in user messages, not in a ${role} message`,
      )
    })
    .join('')
}
