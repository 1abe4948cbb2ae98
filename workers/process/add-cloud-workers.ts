import { type ReportToSupervisor, reportToNobody } from '../supervision/worker-report.ts'
import type { Foundation } from './foundation.ts'
import type { SystemFrame } from './running-system.ts'
import { availableEndpoints } from '../catalog/environment-catalog.ts'
import { createCloudWorkers } from '../cloud.ts'
import { createProvider } from '../../providers/create-provider.ts'
import { runWorker } from '../running-worker.ts'

// In a file of its own: what else is imported is read anew at every restart after a crash.

/** Lets a worker poll for each provider whose key is there; `report` is told of its calls. */
export async function addCloudWorkers(
  frame: SystemFrame,
  { config, catalog, contents, surroundings }: Foundation,
  report: ReportToSupervisor = reportToNobody,
): Promise<void> {
  const { lookup } = config
  const workers = await createCloudWorkers({
    ...surroundings,
    contents,
    report,
    endpoints: [...availableEndpoints(catalog, lookup).endpoints.values()],
    createProvider: (endpoint) => {
      const { apiKeyVariable } = endpoint
      return createProvider(endpoint, {
        apiKey: apiKeyVariable === undefined ? undefined : lookup(apiKeyVariable),
      })
    },
  })
  frame.add(...workers.map(runWorker))
}
