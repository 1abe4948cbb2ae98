import type { Logger } from 'pino'
import { type ContentStore, createFolderContentStore } from '../../payloads/content-store.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import type { WorkerConfig } from '../config.ts'
import type { WorkerSurroundings } from '../worker-options.ts'
import { boundWorkflowStacks, boundYoungGenerations } from '../engine-flags.ts'
import { type Patience, connectTemporal } from './connect-temporal.ts'
import { createDataConverter } from '../../payloads/data-converter.ts'
import type { Tracer } from '../tracing/tracer.ts'
import { installRuntime } from '../telemetry.ts'
import { installRuntimeWithMetrics } from '../metrics/temporal-metrics.ts'
import { traceActivities } from '../tracing/trace-activities.ts'

/** What every kind of worker process stands on. */
export interface Foundation {
  readonly config: WorkerConfig
  readonly logger: Logger
  /** As it stands in the file: what this environment cannot call is still in it. */
  readonly catalog: Catalog
  readonly contents: ContentStore
  readonly surroundings: WorkerSurroundings
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer
}

export interface FoundationOptions {
  readonly config: WorkerConfig
  readonly logger: Logger
  readonly catalog: Catalog
  /** The kind of process. */
  readonly worker: string
  /** How long to wait for Temporal to answer. */
  readonly patience: Patience
  /** Takes over the connection, to close it at the end. */
  readonly stack: AsyncDisposableStack
}

/** Connects to Temporal and to the content store. @throws Error when Temporal does not answer */
export async function openFoundation(options: FoundationOptions): Promise<Foundation> {
  const { config, logger, catalog, worker, patience, stack } = options
  // Nobody could ask for its metrics without a health port.
  if (config.healthPort === undefined) installRuntime(logger)
  else await installRuntimeWithMetrics(logger)
  boundYoungGenerations()
  boundWorkflowStacks(config.workflowStackFrames)
  const contents = createFolderContentStore(config.contentDir)
  const tracer = await loadTracer(config, worker)
  if (tracer !== undefined) stack.defer(() => tracer.stop())
  const connection = await connectTemporal(config.temporal, { logger, patience })
  stack.defer(() => connection.close())
  const surroundings: WorkerSurroundings = {
    connection,
    namespace: config.temporal.namespace,
    worker,
    dataConverter: createDataConverter(contents),
    shutdownGraceMs: config.shutdownGraceMs,
    ...(tracer === undefined ? {} : { activityInterceptors: [traceActivities(tracer)] }),
  }
  return {
    config,
    logger,
    catalog,
    contents,
    surroundings,
    ...(tracer === undefined ? {} : { tracer }),
  }
}

/** OpenTelemetry takes a quarter of a second to load: only where traces are on. */
async function loadTracer({ tracing }: WorkerConfig, worker: string): Promise<Tracer | undefined> {
  if (tracing === undefined) return undefined
  const { createTracer } = await import('../tracing/tracer.ts')
  return createTracer(tracing, worker)
}
