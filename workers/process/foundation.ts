import type { Logger } from 'pino'
import { type ContentStore, createFolderContentStore } from '../../payloads/content-store.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import type { WorkerConfig } from '../config.ts'
import type { WorkerSurroundings } from '../worker-options.ts'
import { boundWorkflowStacks, boundYoungGenerations } from '../engine-flags.ts'
import { type Patience, connectTemporal } from './connect-temporal.ts'
import { createDataConverter } from '../../payloads/data-converter.ts'
import { installRuntime } from '../telemetry.ts'

/** What every kind of worker process stands on. */
export interface Foundation {
  readonly config: WorkerConfig
  readonly logger: Logger
  /** As it stands in the file: what this environment cannot call is still in it. */
  readonly catalog: Catalog
  readonly contents: ContentStore
  readonly surroundings: WorkerSurroundings
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
  installRuntime(logger)
  boundYoungGenerations()
  boundWorkflowStacks(config.workflowStackFrames)
  const contents = createFolderContentStore(config.contentDir)
  const connection = await connectTemporal(config.temporal, { logger, patience })
  stack.defer(() => connection.close())
  const surroundings: WorkerSurroundings = {
    connection,
    namespace: config.temporal.namespace,
    worker,
    dataConverter: createDataConverter(contents),
    shutdownGraceMs: config.shutdownGraceMs,
  }
  return { config, logger, catalog, contents, surroundings }
}
