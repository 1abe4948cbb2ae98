import { CALL_GAUGES, CALL_HISTOGRAMS } from './call-definitions.ts'
import type { ModelProvider, ProviderResult } from '../../providers/model-provider.ts'
import type { FindVersion } from './version-labels.ts'
import type { MetricRegistry } from './metric-registry.ts'
import { ProviderError } from '../../providers/provider-error.ts'

/** Makes a provider that is watched; `endpoint` is the catalog's name for where it calls. */
export type WatchProvider = (provider: ModelProvider, endpoint: string) => ModelProvider

/** What all calls of a process are measured with, whoever makes them. */
export type CallMeters = ReturnType<typeof createCallMeters>

export function createCallMeters(registry: MetricRegistry) {
  return {
    callSeconds: registry.histogram(CALL_HISTOGRAMS.callSeconds),
    firstTokenSeconds: registry.histogram(CALL_HISTOGRAMS.firstTokenSeconds),
    tokenRate: registry.histogram(CALL_HISTOGRAMS.tokenRate),
    inFlight: registry.gauge(CALL_GAUGES.inFlight),
  }
}

/** Measures each call where it is made. */
export function measureCalls(meters: CallMeters, findVersion: FindVersion): WatchProvider {
  const { callSeconds, firstTokenSeconds, tokenRate, inFlight } = meters
  return (provider, endpoint) => ({
    name: provider.name,
    generate: async (request, options) => {
      const name = findVersion(endpoint, request.providerModel)
      const startedAt = performance.now()
      const end = (outcome: string): void => {
        inFlight.dec({ endpoint })
        callSeconds.observe({ ...name, endpoint, outcome }, (performance.now() - startedAt) / 1000)
      }
      inFlight.inc({ endpoint })
      try {
        const result = await provider.generate(request, options)
        end('completed')
        const { timeToFirstTokenMs } = result.timings
        if (timeToFirstTokenMs !== undefined)
          firstTokenSeconds.observe({ ...name }, timeToFirstTokenMs / 1000)
        const rate = tokensPerSecond(result)
        if (rate !== undefined) tokenRate.observe({ ...name }, rate)
        return result
      } catch (error) {
        end(error instanceof ProviderError ? error.kind : 'unknown')
        throw error
      }
    },
  })
}

/** Absent where too little was generated to say anything. */
function tokensPerSecond({ usage, timings }: ProviderResult): number | undefined {
  const generatingMs = timings.latencyMs - (timings.timeToFirstTokenMs ?? 0)
  const tokens = usage.outputTokens - (timings.timeToFirstTokenMs === undefined ? 0 : 1)
  return tokens > 0 && generatingMs > 0 ? (tokens / generatingMs) * 1000 : undefined
}
