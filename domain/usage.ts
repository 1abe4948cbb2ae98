/**
 * Tokens of one model call, in one meaning for every provider.
 * `inputTokens` includes the cached ones (OpenAI counts so, Anthropic is converted);
 * `outputTokens` includes reasoning tokens.
 */
export interface Usage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Part of `inputTokens` that was read from the provider's prompt cache. */
  readonly cachedInputTokens: number
  /** Part of `inputTokens` that was written to the provider's prompt cache. */
  readonly cacheWriteTokens: number
  /** Part of `outputTokens` spent on hidden reasoning. */
  readonly reasoningTokens: number
  /** Who counted: the provider's own figures, or our tokenizer because it sent none. */
  readonly source: 'provider' | 'estimate'
}

/** Usage with only the two main counts set. */
export function simpleUsage(
  inputTokens: number,
  outputTokens: number,
  source: Usage['source'] = 'provider',
): Usage {
  return { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0, source }
}
