import type { ModelProvider } from '../../providers/model-provider.ts'

/** Counts the calls of one version, and can stop them. */
export interface CallMeter {
  /** A provider whose calls are counted. */
  wrap(provider: ModelProvider): ModelProvider
  /** Calls under way. */
  busy(): number
  /** Output tokens a second of one call, over the last ones; absent before the first. */
  tokensPerSecond(): number | undefined
  /** Stops every call under way and all that come: nobody gave up on them, so each is made again elsewhere. */
  cutOff(): void
}

const REMEMBERED_CALLS = 20

export function createCallMeter(): CallMeter {
  const cut = new AbortController()
  const last: { readonly tokens: number; readonly ms: number }[] = []
  let busy = 0
  return {
    wrap: (provider) => ({
      name: provider.name,
      generate: async (request, options) => {
        busy += 1
        try {
          const signal = AbortSignal.any([options.signal, cut.signal])
          const result = await provider.generate(request, { ...options, signal })
          // A single token, as a health check asks for, says how long a prompt takes and nothing about its pace.
          if (result.usage.outputTokens > 1) {
            last.push({ tokens: result.usage.outputTokens, ms: result.timings.latencyMs })
          }
          if (last.length > REMEMBERED_CALLS) last.shift()
          return result
        } finally {
          busy -= 1
        }
      },
    }),
    busy: () => busy,
    tokensPerSecond: () => {
      const ms = last.reduce((sum, call) => sum + call.ms, 0)
      return ms === 0 ? undefined : (last.reduce((sum, call) => sum + call.tokens, 0) / ms) * 1000
    },
    cutOff: () => cut.abort(),
  }
}
