import type { AttributeValue } from './span.ts'
import type { ProviderRequest, ProviderResult } from '../../providers/model-provider.ts'
import type { Usage } from '../../domain/usage.ts'

type Attributes = Readonly<Record<string, AttributeValue | undefined>>

/*
 * OpenTelemetry's semantic conventions for generative AI, as literals: they are not stable yet, and their package says
 * not to import those. A test compares the names with the package.
 */

/** What was asked, without what was said. */
export function requestAttributes(request: ProviderRequest): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': request.providerModel,
    'gen_ai.request.max_tokens': request.maxOutputTokens,
    'gen_ai.request.temperature': request.temperature,
    'gen_ai.request.seed': request.seed,
  }
}

/** How it was answered, without what was said. */
export function responseAttributes({
  providerModel,
  finishReason,
  usage,
  timings,
}: ProviderResult): Attributes {
  const { timeToFirstTokenMs } = timings
  return {
    'gen_ai.response.model': providerModel,
    'gen_ai.response.finish_reasons': [finishReason],
    'gen_ai.response.time_to_first_chunk':
      timeToFirstTokenMs === undefined ? undefined : timeToFirstTokenMs / 1000,
    ...usageAttributes(usage),
  }
}

export function usageAttributes(usage: Usage | undefined): Attributes {
  if (usage === undefined) return {}
  return {
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedInputTokens || undefined,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWriteTokens || undefined,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens || undefined,
  }
}
