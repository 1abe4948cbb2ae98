import type { Catalog, Endpoint } from '../../domain/catalog/model.ts'
import { createFindVersion } from '../metrics/version-labels.ts'
import { measureCalls } from '../metrics/call-metrics.ts'
import type { ProcessMetrics } from '../metrics/process-metrics.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import type { ServableVersion } from '../gpu/engine.ts'
import { traceCalls } from '../tracing/trace-calls.ts'
import type { Tracer } from '../tracing/tracer.ts'

/** Makes a provider whose calls are measured, and traced where that is asked for. */
export type WatchCalls = (provider: ModelProvider, endpoint: Endpoint) => ModelProvider

export function watchCalls(metrics: ProcessMetrics, catalog: Catalog, tracer?: Tracer): WatchCalls {
  const measure = measureCalls(metrics.callMeters(), createFindVersion(catalog))
  return (provider, endpoint) => {
    const measured = measure(provider, endpoint.name)
    return tracer === undefined ? measured : traceCalls(tracer, endpoint)(measured)
  }
}

/** The same for whatever computes a version on this node. */
export function watchVersion(
  version: ServableVersion,
  { endpoints }: Pick<Catalog, 'endpoints'>,
  watch: WatchCalls,
): ServableVersion {
  const endpoint = endpoints[version.endpoint]
  if (endpoint === undefined) return version
  return {
    ...version,
    start: async (...given) => {
      const engine = await version.start(...given)
      return { ...engine, provider: watch(engine.provider, endpoint) }
    },
  }
}
