import { createOpenAiProvider } from '../openai/provider.ts'
import type { ModelProvider } from '../model-provider.ts'
import { ProviderError } from '../provider-error.ts'
import type { Fetch } from '../http/lean-fetch.ts'

export interface SimulatedProviderOptions {
  readonly name: string
  /** The address of a server that `startSimulatedServer` started, with or without `/v1`. */
  readonly baseUrl: string
  readonly fetch?: Fetch | undefined
}

/** Calls a simulated provider through the OpenAI adapter. Its usage is always exact: an estimate is an error. */
export function createSimulatedProvider({ name, baseUrl, fetch }: SimulatedProviderOptions): ModelProvider {
  const root = baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')
  const provider = createOpenAiProvider({ name, baseUrl: `${root}/v1`, dialect: 'openai', fetch })
  return {
    name,
    generate: async (request, options) => {
      const result = await provider.generate(request, options)
      if (result.usage.source === 'provider') return result
      throw new ProviderError('invalid-response', `${name}: the simulated provider sent no usage; is it one?`)
    },
  }
}
