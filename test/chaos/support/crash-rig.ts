import { randomInt } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { crashCatalog } from './crash-catalog.ts'
import { createCostReports } from '../../../store/reports/costs.ts'
import { createRandom, type Random } from '../../../providers/simulated/seeded-random.ts'
import { createSwitchyard, type Switchyard, type SwitchyardOptions } from '../../../client/switchyard.ts'
import { type NodeProcess, startNode } from './child-process.ts'
import { openDatabase } from '../../../store/database.ts'
import type { OperationCosts } from '../../../store/reports/cost-report.ts'
import { recordedCalls } from './recorded-calls.ts'
import { type SimulatedProcess, startSimulatedProcess } from './simulated-process.ts'
import { startTemporalProcess } from './temporal-process.ts'
import { until } from './until.ts'

/** Everything around the workers that a test kills, each part a process of its own. */
export interface CrashRig extends AsyncDisposable {
  /** Drawn anew for each run and printed; `CHAOS_SEED` repeats one. */
  readonly random: Random
  readonly simulated: SimulatedProcess
  readonly switchyard: Switchyard
  readonly client: Client
  /** `cloud` is the supervisor with its worker, `cloud-worker` a worker alone. */
  startWorker(
    kind: 'dev' | 'orchestrator' | 'cloud' | 'cloud-worker',
    own?: Readonly<Record<string, string>>,
  ): NodeProcess
  /** SIGKILL of the Temporal server; `restart` brings it back on its file and its port. */
  killTemporal(): Promise<{ restart(): Promise<void> }>
  /** Attempt ids of the calls whose completion Temporal has recorded. */
  recordedCalls(workflowId: string): Promise<readonly string[]>
  /** Waits until Temporal has recorded so many completions. */
  hasRecorded(count: number, workflowId: string): Promise<void>
  /** The ledger; no worker may have an embedded one open. */
  readLedger(): Promise<readonly OperationCosts[]>
}

export interface CrashRigOptions {
  /** PostgreSQL; absent: the embedded database. */
  readonly databaseUrl?: string
  /** Environment variables of the workers beside their usual ones. */
  readonly variables?: Readonly<Record<string, string>>
  /** Shows what the client does in traces. */
  readonly tracer?: SwitchyardOptions['tracer']
}

/** Starts a Temporal server on a file and a simulated provider, and connects a client. */
export async function startCrashRig(options: CrashRigOptions = {}): Promise<CrashRig> {
  const { databaseUrl, tracer } = options
  await using stack = new AsyncDisposableStack()
  const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000))
  console.log(`CHAOS_SEED=${seed}`)
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-chaos-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const temporal = await startTemporalProcess(folder)
  stack.defer(() => temporal.stop())
  const simulated = await startSimulatedProcess({ journalFile: join(folder, 'journal.jsonl'), seed })
  stack.defer(() => endProcess(simulated.process))
  const catalogPath = join(folder, 'catalog.yaml')
  await writeFile(catalogPath, crashCatalog(simulated.url))
  const variables = {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
    TEMPORAL_ADDRESS: temporal.address,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...options.variables,
  }
  const clients = await connectClients(stack, {
    address: temporal.address,
    namespace: 'default',
    contentDir: join(folder, 'content'),
    ...(tracer === undefined ? {} : { tracer }),
  })
  const owned = stack.move()
  return {
    ...clients,
    random: createRandom(seed, 'crash'),
    simulated,
    startWorker: (kind, own = {}) => {
      const worker = startNode(`workers/${kind}-main.ts`, [], { ...variables, ...own })
      owned.defer(() => endProcess(worker))
      return worker
    },
    killTemporal: () => temporal.kill(),
    readLedger: () =>
      readLedger(databaseUrl === undefined ? { dataDir: join(folder, 'database') } : { databaseUrl }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function connectClients(
  stack: AsyncDisposableStack,
  options: SwitchyardOptions & { readonly address: string },
): Promise<Pick<CrashRig, 'switchyard' | 'client' | 'recordedCalls' | 'hasRecorded'>> {
  const switchyard = await createSwitchyard(options)
  stack.defer(() => switchyard.close())
  const connection = await Connection.connect({ address: options.address })
  stack.defer(() => connection.close())
  const client = new Client({ connection })
  return {
    switchyard,
    client,
    recordedCalls: (workflowId) => recordedCalls(client, workflowId),
    hasRecorded: async (count, workflowId) => {
      await until(
        `Temporal has recorded ${count} calls`,
        async () => ((await recordedCalls(client, workflowId)).length >= count ? true : undefined),
        { timeoutMs: 60_000, intervalMs: 100 },
      )
    },
  }
}

async function readLedger(location: Parameters<typeof openDatabase>[0]): Promise<readonly OperationCosts[]> {
  const database = await openDatabase(location)
  try {
    return await createCostReports(database).operations({})
  } finally {
    await database.close()
  }
}

async function endProcess(child: NodeProcess): Promise<void> {
  if (!child.hasEnded()) await child.end('SIGKILL')
}
