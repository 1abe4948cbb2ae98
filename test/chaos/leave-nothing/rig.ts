import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { crashCatalog } from '../support/crash-catalog.ts'
import { createSwitchyard, type Switchyard } from '../../../client/switchyard.ts'
import { ensureTemporalCli, startTemporalServer } from '../../../tools/temporal-server.ts'
import { type Leftovers, readLeftovers } from './leftovers.ts'
import { type NodeProcess, startNode } from '../support/child-process.ts'
import { RETENTION_WORKFLOW_ID, type RetentionInput, WORKFLOW_TYPES } from '../../../workflows/contract.ts'
import { startSimulatedProcess } from '../support/simulated-process.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { YOUNG_GENERATION_FLAG } from '../../../workers/engine-flags.ts'
import { until } from '../support/until.ts'

/** Temporal, a simulated provider, an orchestrator on the embedded database and a cloud worker, each a process. */
export interface WholeSystem extends AsyncDisposable {
  readonly switchyard: Switchyard
  /** By what they are; a process may have children. */
  readonly pids: Readonly<Record<'orchestrator' | 'cloud worker' | 'Temporal server', number>>
  /** Files in the content store. */
  countObjects(): Promise<number>
  /** Removes what no running operation owns, at once; waits until a pass removes nothing any more. */
  removeContents(): Promise<void>
  /** Stops the workers in order, and looks at what is left in their database. */
  stop(): Promise<Leftovers>
}

/** Ended operations lose their texts after a second; a production grace would keep them for days. */
const AFTER_A_SECOND: RetentionInput = { retentionMs: 1_000, graceMs: 1_000, intervalMs: 500 }

/** Starts everything; resolves when the orchestrator polls. */
export async function startWholeSystem(): Promise<WholeSystem> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-leftovers-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const cliPath = await ensureTemporalCli({ onProgress: () => {} })
  const temporal = await startTemporalServer({ cliPath, dbFile: join(folder, 'temporal.db'), headless: true })
  stack.defer(() => temporal.stop())
  const simulated = await startSimulatedProcess({ journalFile: join(folder, 'journal.jsonl'), seed: 1 })
  stack.defer(() => end(simulated.process))
  const catalogPath = join(folder, 'catalog.yaml')
  await writeFile(catalogPath, crashCatalog(simulated.url))
  const variables = {
    SWITCHYARD_DATA_DIR: folder,
    SWITCHYARD_CATALOG: catalogPath,
    SWITCHYARD_LOG_LEVEL: 'warn',
    TEMPORAL_ADDRESS: temporal.address,
    // As in docker-compose.yml.
    NODE_OPTIONS: YOUNG_GENERATION_FLAG,
  }
  const startWorker = (script: string): NodeProcess => {
    const worker = startNode(script, [], variables)
    stack.defer(() => end(worker))
    return worker
  }
  const orchestrator = startWorker('workers/orchestrator-main.ts')
  const cloud = startWorker('workers/cloud-main.ts')
  const contentDir = join(folder, 'content')
  const switchyard = await createSwitchyard({ address: temporal.address, namespace: 'default', contentDir })
  stack.defer(() => switchyard.close())
  await until('the orchestrator polls', () => polls(switchyard, orchestrator), {
    timeoutMs: 90_000,
    intervalMs: 500,
  })
  const connection = await Connection.connect({ address: temporal.address })
  stack.defer(() => connection.close())
  const client = new Client({ connection })
  const owned = stack.move()
  return {
    switchyard,
    pids: { orchestrator: orchestrator.pid, 'cloud worker': cloud.pid, 'Temporal server': temporal.pid },
    countObjects: () => countFiles(contentDir),
    removeContents: () => removeContents(client, () => countFiles(contentDir)),
    stop: async () => {
      await Promise.all([orchestrator.end('SIGTERM'), cloud.end('SIGTERM')])
      return readLeftovers(join(folder, 'database'))
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function polls(switchyard: Switchyard, orchestrator: NodeProcess): Promise<true | undefined> {
  if (orchestrator.hasEnded()) throw new Error(`the orchestrator ended:\n${orchestrator.output()}`)
  return (await switchyard.orchestrators()) > 0 ? true : undefined
}

async function removeContents(client: Client, countObjects: () => Promise<number>): Promise<void> {
  await client.workflow.start(WORKFLOW_TYPES.retention, {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: RETENTION_WORKFLOW_ID,
    args: [AFTER_A_SECOND],
    workflowIdConflictPolicy: 'TERMINATE_EXISTING',
  })
  await until('the content store is empty', async () => ((await countObjects()) === 0 ? true : undefined), {
    timeoutMs: 60_000,
    intervalMs: 500,
  })
}

async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

async function end(child: NodeProcess): Promise<void> {
  if (!child.hasEnded()) await child.end('SIGKILL')
}
