import { simpleUsage, type Usage } from '../../domain/usage.ts'
import { estimateTokens } from '../../domain/usage-estimate.ts'
import type { ProviderRequest } from '../model-provider.ts'

/** Usage by the size of prompt and answer, for hosts that report none. Marked as an estimate. */
export function estimateUsage(request: ProviderRequest, answer: string): Usage {
  const parts = request.messages.flatMap((message) => message.parts)
  const promptBytes = parts.reduce(
    (bytes, part) => bytes + (part.type === 'text' ? Buffer.byteLength(part.text) : 0),
    request.tools === undefined ? 0 : JSON.stringify(request.tools).length,
  )
  return simpleUsage(estimateTokens(promptBytes), estimateTokens(Buffer.byteLength(answer)), 'estimate')
}
