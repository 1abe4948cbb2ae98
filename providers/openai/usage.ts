import type { JsonValue } from '../../domain/json.ts'
import type { Usage } from '../../domain/usage.ts'
import { usageSchema } from './wire-schemas.ts'

/**
 * OpenAI's counts in Switchyard's meaning: cached tokens already stand inside the input, reasoning inside the output.
 * `undefined` when the host sent no usable counts.
 */
export function fromOpenAiUsage(raw: JsonValue | null | undefined): Usage | undefined {
  const parsed = usageSchema.safeParse(raw)
  if (!parsed.success) return undefined
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details, completion_tokens_details } =
    parsed.data
  const reasoningTokens = completion_tokens_details?.reasoning_tokens ?? 0
  // Some compatible hosts count reasoning beside the completion; then only the total gives it away.
  const isBeside = total_tokens === prompt_tokens + completion_tokens + reasoningTokens
  const outputTokens = completion_tokens + (isBeside ? reasoningTokens : 0)
  const cachedInputTokens = Math.min(prompt_tokens, prompt_tokens_details?.cached_tokens ?? 0)
  const cacheWriteTokens = prompt_tokens_details?.cache_write_tokens ?? 0
  return {
    inputTokens: prompt_tokens,
    outputTokens,
    cachedInputTokens,
    cacheWriteTokens: Math.min(prompt_tokens - cachedInputTokens, cacheWriteTokens),
    reasoningTokens: Math.min(outputTokens, reasoningTokens),
    source: 'provider',
  }
}
