import type { Capability } from '../../catalog/model.ts'
import type { ModelRequest } from '../../model-request.ts'

/** What of a request decides which capabilities it needs. */
export type DemandingRequest = Partial<Pick<ModelRequest, 'messages' | 'tools' | 'responseFormat'>>

/**
 * The capabilities that a request cannot do without. A temperature and a seed are wishes: they are left out where a
 * model takes none. Numbered lines are asked for by the prompt and need nothing.
 */
export function neededCapabilities({
  messages = [],
  tools = [],
  responseFormat,
}: DemandingRequest): readonly Capability[] {
  const hasImage = messages.some(({ parts }) => parts.some(({ type }) => type === 'image'))
  return [
    ...(responseFormat?.type === 'json' ? (['json'] as const) : []),
    ...(responseFormat?.type === 'json-schema' ? (['json-schema'] as const) : []),
    ...(tools.length > 0 ? (['tools'] as const) : []),
    ...(hasImage ? (['vision'] as const) : []),
  ]
}

/** Whether a model with these capabilities meets a need; who fills a schema can write JSON without one. */
export function meetsNeed(capabilities: readonly Capability[], need: Capability): boolean {
  return capabilities.includes(need) || (need === 'json' && capabilities.includes('json-schema'))
}
