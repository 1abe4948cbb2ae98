import type { Catalog } from '../../domain/catalog/model.ts'
import type { Database } from '../../store/database.ts'
import type { Environment, TemporalConfig, WorkerConfig } from '../config.ts'
import type { SystemFrame } from './running-system.ts'
import { ensureTemporalCli, startTemporalServer } from '../../tools/temporal-server.ts'
import { ensureWeights } from '../../tools/demo-weights.ts'
import { join } from 'node:path'
import { localVersions } from '../gpu/servable-versions.ts'
import { openConfiguredDatabase } from './open-database.ts'
import { SEARCH_ATTRIBUTES } from './ensure-search-attributes.ts'

/** The Temporal server that a dev system uses. */
export interface DevTemporal extends Pick<TemporalConfig, 'connection' | 'namespace'> {
  /** `host:port`. */
  readonly address: string
  /** Absent when the server was not started here. */
  readonly uiUrl?: string
}

export interface DevTemporalOptions {
  readonly temporalAddress?: string
  readonly namespace?: string
  readonly port?: number
  readonly uiPort?: number
  readonly onProgress: (line: string) => void
  readonly environment?: Environment
}

/** The server at the given address, else one that is started on a file in the data folder. */
export async function startDevTemporal(
  frame: SystemFrame,
  { dataDir, temporal }: WorkerConfig,
  options: DevTemporalOptions,
): Promise<DevTemporal> {
  const { onProgress, environment, port, uiPort } = options
  const address = options.temporalAddress ?? temporal.chosenAddress
  if (address !== undefined) {
    const namespace = options.namespace ?? temporal.namespace
    return { address, namespace, connection: { ...temporal.connection, address } }
  }
  const cliPath = await ensureTemporalCli({
    onProgress,
    ...(environment === undefined ? {} : { environment }),
  })
  onProgress('Temporal: starting')
  const server = await startTemporalServer({
    cliPath,
    dbFile: join(dataDir, 'temporal.db'),
    logFile: join(dataDir, 'temporal.log'),
    searchAttributes: SEARCH_ATTRIBUTES,
    ...(port === undefined ? {} : { port }),
    ...(uiPort === undefined ? {} : { uiPort }),
  })
  let isUp = true
  frame.add({
    readiness: () => [{ part: 'temporal', isReady: isUp, state: isUp ? 'running' : 'ended' }],
    ended: server.exited.then((code) => {
      isUp = false
      throw new Error(`the Temporal server ended (exit code ${String(code)}); see ${dataDir}/temporal.log`)
    }),
    stop: () => server.stop(),
  })
  const { namespace, uiUrl } = server
  // Only the address: keys and TLS of a profile file belong to another server.
  return { address: server.address, namespace, uiUrl, connection: { address: server.address } }
}

/** Opens the database, and closes it when the system stops. */
export async function openDevDatabase(
  { stack }: SystemFrame,
  config: WorkerConfig,
  onProgress: (line: string) => void,
): Promise<Database> {
  onProgress('Database: opening')
  const database = await openConfiguredDatabase(config)
  stack.defer(() => database.close())
  return database
}

/** Fetches what the local versions of a catalog need, one after the other. */
export async function ensureLocalWeights(
  catalog: Catalog,
  onProgress: (line: string) => void,
): Promise<void> {
  for (const { weights } of localVersions(catalog)) {
    // oxlint-disable-next-line no-await-in-loop -- their progress would mix
    await ensureWeights(weights, { onProgress })
  }
}

/**
 * All results, or the first error once everything has settled: what came up meanwhile is then known to whoever
 * cleans up.
 */
export async function allOrFirstError<const Work extends readonly Promise<unknown>[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
