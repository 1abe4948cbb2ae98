import { type Environment, type WorkerConfig, loadConfig } from './config.ts'
import { type RunningSystem, type SystemFrame, startSystem } from './process/running-system.ts'
import { NO_PATIENCE } from './process/connect-temporal.ts'
import { addCloudWorkers } from './process/add-cloud-workers.ts'
import { addGpuNode } from './process/add-gpu-node.ts'
import { addOrchestrator } from './process/add-workers.ts'
import {
  type DevTemporal,
  allOrFirstError,
  ensureLocalWeights,
  openDevDatabase,
  startDevTemporal,
} from './process/dev-ground.ts'
import { createLogger, toTemporalLogger } from './telemetry.ts'
import { environmentCatalog } from './catalog/environment-catalog.ts'
import { join, resolve } from 'node:path'
import { loadCatalog } from './catalog/load-catalog.ts'
import { loadWorkflowBundle } from './workflow-bundle.ts'
import { lockFolder } from '../store/engines/folder-lock.ts'
import { openFoundation } from './process/foundation.ts'
import { writeDevFile } from './process/dev-file.ts'

export interface StartDevOptions {
  /** Where everything is kept between starts. Default: `SWITCHYARD_DATA_DIR`, else `.switchyard` in the repository. */
  readonly dataDir?: string
  /** Default: `SWITCHYARD_CATALOG`, else the catalog that comes with Switchyard. */
  readonly catalogPath?: string
  /** A running Temporal server to use. Default: `TEMPORAL_ADDRESS`, else one is started. */
  readonly temporalAddress?: string
  readonly namespace?: string
  /** Of the Temporal server that is started; any free ones when absent. */
  readonly port?: number
  readonly uiPort?: number
  readonly healthPort?: number
  /** Told what is going on, as lines for people. */
  readonly onProgress: (line: string) => void
  /** Default: the process's own. */
  readonly environment?: Environment
}

/** Everything in one process, for development and the demo. */
export interface DevSystem extends RunningSystem {
  /** `host:port` of Temporal. */
  readonly address: string
  readonly namespace: string
  /** Absent when the Temporal server was not started here. */
  readonly uiUrl?: string
  readonly contentDir: string
  readonly dataDir: string
  /** Where the workers log to. */
  readonly logFile: string
}

/** Long enough for a call on the demo model; what is cut off is durable anyway. */
const LONGEST_GRACE_MS = 5_000

/**
 * Starts a Temporal dev server, the embedded database, the local models and all workers in this process, on one
 * data folder that no other process may use meanwhile. Resolves when everything serves.
 * @throws Error that says which part did not come up and what to do; nothing is left running then
 */
export async function startDev(options: StartDevOptions): Promise<DevSystem> {
  const config = devConfig(options)
  const { contentDir, dataDir } = config
  const logFile = join(dataDir, 'dev.log')
  let temporal: DevTemporal | undefined
  const system = await startSystem(config, async (frame) => {
    temporal = await buildDev(frame, config, logFile, options)
  })
  if (temporal === undefined) throw new Error('the dev system was built without Temporal')
  const { address, namespace, uiUrl } = temporal
  return {
    ...system,
    address,
    namespace,
    ...(uiUrl === undefined ? {} : { uiUrl }),
    contentDir,
    dataDir,
    logFile,
  }
}

function devConfig({ dataDir, catalogPath, healthPort, environment }: StartDevOptions): WorkerConfig {
  const config = loadConfig(environment)
  return {
    ...config,
    ...(dataDir === undefined
      ? {}
      : { dataDir: resolve(dataDir), contentDir: contentDirIn(resolve(dataDir), config) }),
    ...(catalogPath === undefined ? {} : { catalogPath: resolve(catalogPath) }),
    ...(healthPort === undefined ? {} : { healthPort }),
    shutdownGraceMs: Math.min(config.shutdownGraceMs, LONGEST_GRACE_MS),
  }
}

/** A content folder that was chosen by itself stays; one that follows the data folder moves with it. */
function contentDirIn(dataDir: string, config: WorkerConfig): string {
  return config.contentDir === join(config.dataDir, 'content') ? join(dataDir, 'content') : config.contentDir
}

async function buildDev(
  frame: SystemFrame,
  config: WorkerConfig,
  logFile: string,
  options: StartDevOptions,
): Promise<DevTemporal> {
  const { stack } = frame
  const { onProgress } = options
  // Before anything that takes long: a wrong catalog shows at once.
  const catalog = await loadCatalog(config.catalogPath)
  const environment = environmentCatalog(catalog, config.lookup, config.catalogPath)
  const lock = await lockFolder(config.dataDir)
  stack.defer(() => lock.release())
  const logger = createLogger({ level: config.logLevel, worker: 'dev', destination: logFile })
  const [temporal, database, workflowBundle] = await allOrFirstError([
    startDevTemporal(frame, config, options),
    openDevDatabase(frame, config, onProgress),
    loadWorkflowBundle({ logger: toTemporalLogger(logger) }),
    ensureLocalWeights(catalog, onProgress),
  ])
  const { connection, namespace, address, uiUrl } = temporal
  const foundation = await openFoundation({
    config: { ...config, temporal: { connection, namespace } },
    logger,
    worker: 'dev',
    catalog,
    patience: NO_PATIENCE,
    stack,
  })
  onProgress('Workers: starting')
  await addOrchestrator(frame, foundation, { database, workflowBundle, environment })
  await addCloudWorkers(frame, foundation)
  await addGpuNode(frame, foundation, onProgress).firstServing
  const facts = { address, namespace, ...(uiUrl === undefined ? {} : { uiUrl }) }
  const removeDevFile = await writeDevFile(config.dataDir, {
    ...facts,
    contentDir: config.contentDir,
  })
  stack.defer(removeDevFile)
  return temporal
}
