import type { JsonValue } from '../../domain/json.ts'
import type { Usage } from '../../domain/usage.ts'
import { usageSchema } from './wire-schemas.ts'

/**
 * Anthropic's counts in Switchyard's meaning: it counts cache reads and writes beside `input_tokens`, here they
 * stand inside.
 * @throws ZodError when a count is missing
 */
export function fromAnthropicUsage(raw: JsonValue): Usage {
  const usage = usageSchema.parse(raw)
  const cachedInputTokens = usage.cache_read_input_tokens ?? 0
  const cacheWriteTokens = usage.cache_creation_input_tokens ?? 0
  return {
    inputTokens: usage.input_tokens + cachedInputTokens + cacheWriteTokens,
    outputTokens: usage.output_tokens,
    cachedInputTokens,
    cacheWriteTokens,
    reasoningTokens: Math.min(usage.output_tokens, usage.output_tokens_details?.thinking_tokens ?? 0),
    source: 'provider',
  }
}
