import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, startPostgres } from '../../fixtures/postgres.ts'
import { createTarget, type Target } from './supervise.ts'
import type { NodeProcess } from '../support/child-process.ts'
import { type SimulatedProcess, startSimulatedProcess } from '../support/simulated-process.ts'
import { STORM_PROVIDERS, stormCatalog, type StormProvider } from './storm-catalog.ts'
import type { DatabaseLocation } from '../../../store/database.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'
import type { SimulatedBehaviour } from '../../../providers/simulated/behaviour.ts'
import { startTemporalProcess } from '../support/temporal-process.ts'
import { startWorkers, type StormWorkers } from './start-workers.ts'
import type { StormStore, Victim } from './plan-storm.ts'

export interface StormProcessesOptions {
  readonly seed: number
  readonly store: StormStore
  readonly callTimeoutMs: number
  /** Calls at once for each provider. */
  readonly concurrency: number
  /** Absent: the providers make no faults. */
  readonly behaviours?: Readonly<Record<StormProvider, SimulatedBehaviour>>
}

/** All that a request passes through, each part a process of its own. */
export interface StormProcesses extends AsyncDisposable {
  /** Of the Temporal server. */
  readonly address: string
  /** Holds journals, logs and the embedded parts. */
  readonly folder: string
  readonly contentDir: string
  readonly database: DatabaseLocation
  readonly workers: StormWorkers
  readonly providers: Readonly<Record<StormProvider, SimulatedProcess>>
  readonly targets: Readonly<Partial<Record<Victim, Target>>>
  /** What all providers have served. */
  journal(): Promise<readonly JournalEntry[]>
  /** Leaves the folder where it is, with the workers' output in it. */
  keep(): Promise<void>
}

/** Starts three providers, a database, a Temporal server, an orchestrator and a cloud worker. */
export async function startStormProcesses(options: StormProcessesOptions): Promise<StormProcesses> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-storm-'))
  let isKept = false
  stack.defer(() => (isKept ? undefined : rm(folder, { recursive: true, force: true, maxRetries: 5 })))
  const providers = await startProviders(stack, folder, options)
  const catalogPath = join(folder, 'catalog.yaml')
  await writeFile(catalogPath, stormCatalog({ ...options, urls: urlsOf(providers) }))
  const database = await startDatabase(stack, folder, options.store)
  const temporal = await startTemporalProcess(folder)
  stack.defer(() => temporal.stop())
  const workers = startWorkers({
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
    TEMPORAL_ADDRESS: temporal.address,
    ...('databaseUrl' in database.location ? { DATABASE_URL: database.location.databaseUrl } : {}),
  })
  for (const worker of Object.values(workers)) stack.defer(async () => void (await worker.stop('SIGKILL')))
  const server = createTarget(async () => {
    const killed = await temporal.kill()
    return () => killed.restart()
  })
  // Before the server is stopped: it must not come back behind the stop.
  stack.defer(() => server.isBack().catch(() => {}))
  const owned = stack.move()
  return {
    address: temporal.address,
    folder,
    contentDir: join(folder, 'content'),
    database: database.location,
    workers,
    providers,
    targets: { ...workers, temporal: server, ...database.target },
    journal: () => readJournals(providers),
    keep: async () => {
      isKept = true
      for (const [name, worker] of Object.entries(workers)) {
        // oxlint-disable-next-line no-await-in-loop
        await writeFile(join(folder, `${name}.log`), worker.output())
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function startProviders(
  stack: AsyncDisposableStack,
  folder: string,
  { seed, behaviours }: StormProcessesOptions,
): Promise<StormProcesses['providers']> {
  const start = async (name: StormProvider): Promise<SimulatedProcess> => {
    const behaviourFile = join(folder, `${name}.json`)
    await writeFile(behaviourFile, JSON.stringify(behaviours?.[name] ?? {}))
    const provider = await startSimulatedProcess({
      journalFile: join(folder, `${name}.jsonl`),
      seed,
      behaviourFile,
    })
    stack.defer(() => endNow(provider.process))
    return provider
  }
  return { north: await start('north'), south: await start('south'), west: await start('west') }
}

function urlsOf({
  north,
  south,
  west,
}: StormProcesses['providers']): Readonly<Record<StormProvider, string>> {
  return { north: north.url, south: south.url, west: west.url }
}

/** The embedded database is the orchestrator's own: it has no process to kill. */
async function startDatabase(
  stack: AsyncDisposableStack,
  folder: string,
  store: StormStore,
): Promise<{ location: DatabaseLocation; target: Partial<Record<Victim, Target>> }> {
  if (store === 'pglite') {
    const dataDir = join(folder, 'database')
    await mkdir(dataDir)
    return { location: { dataDir }, target: {} }
  }
  const server = await startPostgres()
  stack.defer(() => server.stop())
  const database = createTarget(async () => {
    await server.crash()
    return () => server.restart()
  })
  stack.defer(() => database.isBack().catch(() => {}))
  return { location: { databaseUrl: await createDatabase(server.url) }, target: { database } }
}

async function readJournals(providers: StormProcesses['providers']): Promise<readonly JournalEntry[]> {
  const journals = await Promise.all(STORM_PROVIDERS.map((name) => providers[name].journal()))
  return journals.flat()
}

async function endNow(child: NodeProcess): Promise<void> {
  if (!child.hasEnded()) await child.end('SIGKILL')
}
