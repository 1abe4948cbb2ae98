import { type WorkerSurroundings, sharedWorkerOptions } from './worker-options.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { Endpoint } from '../domain/catalog/model.ts'
import type { ReportToSupervisor } from './supervision/worker-report.ts'
import type { ModelProvider } from '../providers/model-provider.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { Worker } from '@temporalio/worker'
import { createModelCallActivities } from '../activities/model-call.ts'
import { reportCalls } from './supervision/report-calls.ts'

export interface CloudParts extends WorkerSurroundings {
  /** Endpoints that can be called from here; local ones are passed over. */
  readonly endpoints: readonly Endpoint[]
  readonly createProvider: (endpoint: Endpoint) => ModelProvider
  readonly contents: ContentStore
  /** Told of each call. */
  readonly report: ReportToSupervisor
}

/** One worker for each provider, with as many slots as its endpoints together. */
export async function createCloudWorkers(parts: CloudParts): Promise<readonly Worker[]> {
  const endpoints = parts.endpoints.filter(({ kind }) => kind !== 'local')
  const providers = new Map(endpoints.map((endpoint) => [endpoint.name, parts.createProvider(endpoint)]))
  const activities = createModelCallActivities({
    providerFor: (endpoint) => providers.get(endpoint),
    contents: parts.contents,
  })
  const queues = Map.groupBy(endpoints, ({ provider }) => TASK_QUEUES.provider(provider))
  return Promise.all(
    [...queues].map(([taskQueue, served]) =>
      Worker.create({
        ...sharedWorkerOptions(parts),
        taskQueue,
        activities,
        interceptors: { activity: [...(parts.activityInterceptors ?? []), reportCalls(parts.report)] },
        maxConcurrentActivityTaskExecutions: served.reduce((sum, { concurrency }) => sum + concurrency, 0),
      }),
    ),
  )
}
