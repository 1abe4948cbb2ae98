import { type ReportToSupervisor, reportToNobody } from '../supervision/worker-report.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import { availableEndpoints } from '../catalog/environment-catalog.ts'
import { createCloudWorkers } from '../cloud.ts'
import { createProvider } from '../../providers/create-provider.ts'
import { runWorker } from '../running-worker.ts'
import { traceFetch } from '../tracing/trace-fetch.ts'
import { watchCalls } from './watch-calls.ts'

// In a file of its own: what else is imported is read anew at every restart after a crash.

/** Lets a worker poll for each provider whose key is there; `report` is told of its calls. */
export async function addCloudWorkers(
  frame: SystemFrame,
  { config, catalog, contents, surroundings, tracer }: Foundation,
  report: ReportToSupervisor = reportToNobody,
): Promise<void> {
  const { lookup } = config
  const watch = watchCalls(frame.metrics, catalog, tracer)
  const fetch = tracer === undefined ? undefined : traceFetch(tracer)
  const workers = await createCloudWorkers({
    ...surroundings,
    contents,
    report,
    endpoints: [...availableEndpoints(catalog, lookup).endpoints.values()],
    createProvider: (endpoint) => {
      const { apiKeyVariable } = endpoint
      const apiKey = apiKeyVariable === undefined ? undefined : lookup(apiKeyVariable)
      return watch(createProvider(endpoint, { apiKey, fetch }), endpoint)
    },
  })
  frame.add(...workers.map(runWorker))
}
