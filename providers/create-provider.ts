import type { Endpoint } from '../domain/catalog/model.ts'
import { createAnthropicProvider } from './anthropic/provider.ts'
import type { ModelProvider } from './model-provider.ts'
import { createOpenAiProvider } from './openai/provider.ts'
import { ProviderError } from './provider-error.ts'
import type { Fetch } from './http/lean-fetch.ts'
import { createSimulatedProvider } from './simulated/provider.ts'

/**
 * The adapter for an endpoint that is reached over the network.
 * @param given `apiKey`: the value of the environment variable that the endpoint names; `fetch`: makes the requests
 * @throws ProviderError `authentication` when the key is missing or cannot be a key, `bad-request` when the endpoint
 *   is of kind `local` or has no usable address
 */
export function createProvider(
  endpoint: Endpoint,
  given: { readonly apiKey?: string | undefined; readonly fetch?: Fetch | undefined },
): ModelProvider {
  const { name, kind, baseUrl, apiKeyVariable } = endpoint
  const { fetch } = given
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
    throw new ProviderError(
      'bad-request',
      `endpoint ${name}: baseUrl ${JSON.stringify(baseUrl)} is not a URL`,
    )
  }
  switch (kind) {
    case 'openai': {
      // A host of one's own may ask for no key; the vendor always does.
      const needsKey = apiKeyVariable !== undefined || baseUrl === undefined
      const apiKey = needsKey ? checkedKey(endpoint, given.apiKey) : undefined
      return createOpenAiProvider({ name, apiKey, apiKeyVariable, baseUrl, fetch })
    }
    case 'anthropic':
      return createAnthropicProvider({
        name,
        apiKey: checkedKey(endpoint, given.apiKey),
        apiKeyVariable,
        baseUrl,
        fetch,
      })
    case 'simulated':
      if (baseUrl === undefined) {
        throw new ProviderError('bad-request', `endpoint ${name}: a simulated endpoint needs a baseUrl`)
      }
      return createSimulatedProvider({ name, baseUrl, fetch })
    case 'local':
      throw new ProviderError(
        'bad-request',
        `endpoint ${name} is local: it is served on a GPU node, not from here`,
      )
  }
}

function checkedKey({ name, provider, apiKeyVariable }: Endpoint, apiKey: string | undefined): string {
  const key = apiKey?.trim() ?? ''
  if (apiKeyVariable === undefined) {
    throw new ProviderError(
      'authentication',
      `endpoint ${name} (${provider}) needs an API key: name its environment variable as apiKeyVariable in the catalog`,
    )
  }
  if (key === '') {
    throw new ProviderError(
      'authentication',
      `endpoint ${name} (${provider}) needs an API key: set the environment variable ${apiKeyVariable}`,
    )
  }
  // A header cannot carry it, and the error of the HTTP library would show it.
  if (!/^[\u0021-\u007e]+$/.test(key)) {
    throw new ProviderError(
      'authentication',
      `the environment variable ${apiKeyVariable} holds spaces or characters that no API key has: set it again`,
    )
  }
  return key
}
