import type { Catalog, Endpoint, ModelVersion, WeightsSource } from '../domain/catalog/model.ts'
import type { ModelHost, ModelHostOptions } from '../providers/local/model-host.ts'
import { type SupervisedVersion, type VersionEvent, superviseVersion } from './gpu/supervise-version.ts'
import { type WorkerSurroundings, sharedWorkerOptions } from './worker-options.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { Logger } from 'pino'
import type { SystemPart } from './process/running-system.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { Worker } from '@temporalio/worker'
import { createLocalProvider } from '../providers/local/provider.ts'
import { createModelCallActivities } from '../activities/model-call.ts'
import { loggedError } from './telemetry.ts'
import { runWorker } from './running-worker.ts'
import { setTimeout as sleep } from 'node:timers/promises'

export interface GpuNodeParts extends WorkerSurroundings {
  readonly catalog: Catalog
  readonly contents: ContentStore
  readonly logger: Logger
  /** The path of the GGUF file that a source names, fetched if need be. */
  readonly ensureWeights: (source: WeightsSource) => Promise<string>
  readonly startHost: (options: ModelHostOptions) => Promise<ModelHost>
  /** Hears what a version is doing, as a line for people. */
  readonly onProgress: (line: string) => void
}

export interface GpuNode extends SystemPart {
  /** Resolves when every local version serves; rejects when one cannot be started at its first try. */
  readonly firstServing: Promise<void>
  /** Stops polling, lets running calls end, then unloads. */
  stop(): Promise<void>
}

interface LocalVersion {
  readonly version: ModelVersion
  readonly endpoint: Endpoint
  readonly weights: WeightsSource
}

/** Serves every local version of the catalog, each by a model host of its own. */
export function startGpuNode(parts: GpuNodeParts): GpuNode {
  const versions = localVersions(parts.catalog).map((local) => serveVersion(local, parts))
  const firstServing = Promise.all(versions.map((version) => version.firstServing)).then(() => undefined)
  firstServing.catch(() => {})
  return {
    readiness: () => versions.map((version) => version.readiness()),
    firstServing,
    stop: async () => {
      await Promise.all(versions.map((version) => version.stop()))
    },
  }
}

/** The versions of a catalog that a GPU node loads. */
export function localVersions(catalog: Catalog): readonly LocalVersion[] {
  return Object.values(catalog.models)
    .flatMap(({ versions }) => versions)
    .flatMap((version) => {
      const endpoint = catalog.endpoints[version.endpoint]
      const { weights } = version
      return endpoint?.kind === 'local' && weights !== undefined ? [{ version, endpoint, weights }] : []
    })
}

function serveVersion({ version, endpoint, weights }: LocalVersion, parts: GpuNodeParts): SupervisedVersion {
  const taskQueue = TASK_QUEUES.model(version.model, version.version)
  const name = `${version.model} ${version.version}`
  return superviseVersion<ModelHost>({
    name: taskQueue,
    startHost: async () => {
      const modelPath = await parts.ensureWeights(weights)
      return parts.startHost({
        modelPath,
        version: name,
        slots: endpoint.concurrency,
        contextSize: version.contextWindow,
        ...(weights.sha256 === undefined ? {} : { sha256: weights.sha256 }),
        onState: (state) => parts.onProgress(`${name}: ${state.phase}`),
      })
    },
    startPolling: async (host) => {
      const provider = createLocalProvider({
        name: endpoint.name,
        host: (providerModel) => (providerModel === version.providerModel ? host : undefined),
      })
      const worker = await Worker.create({
        ...sharedWorkerOptions(parts),
        taskQueue,
        activities: createModelCallActivities({
          providerFor: (asked) => (asked === endpoint.name ? provider : undefined),
          contents: parts.contents,
        }),
        maxConcurrentActivityTaskExecutions: endpoint.concurrency,
      })
      return runWorker(worker)
    },
    pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    onEvent: (event) => logEvent(parts.logger, { model: version.model, version: version.version }, event),
  })
}

function logEvent(logger: Logger, ids: { model: string; version: string }, event: VersionEvent): void {
  switch (event.type) {
    case 'serving-began':
    case 'stopped':
      logger.info(ids, `version ${event.type}`)
      return
    case 'host-died':
      logger.error(ids, `version host-died: ${event.reason}; starting it again in ${event.retryInMs} ms`)
      return
    case 'load-failed':
    case 'polling-failed':
      logger.error(
        { ...ids, error: loggedError(event.error) },
        `version ${event.type}; starting it again in ${event.retryInMs} ms`,
      )
  }
}
