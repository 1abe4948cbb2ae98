import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { createDataConverter } from '../../payloads/data-converter.ts'
import { createFolderContentStore } from '../../payloads/content-store.ts'
import { ensureTemporalCli, startTemporalServer } from '../../tools/temporal-server.ts'

/** What a bench runs on: a Temporal server on a file, a simulated provider and a worker, each its own process. */
export interface Rig {
  readonly client: Client
  /** Address of the simulated provider. */
  readonly providerUrl: string
  stop(): Promise<void>
}

/** Starts the rig. The worker serves the product's workflows and the bench's bare ones. */
export async function startRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-'))
  const cliPath = await ensureTemporalCli({ onProgress: (message) => console.error(message) })
  const server = await startTemporalServer({ cliPath, dbFile: join(folder, 'temporal.db'), headless: true })
  const simulated = await startProcess('../../providers/simulated/main.ts', [
    '--journal',
    join(folder, 'journal.jsonl'),
  ])
  const providerUrl = `http://127.0.0.1:${String(simulated.ready['port'])}`
  const worker = await startProcess('./worker-main.ts', [server.address, providerUrl, folder])
  const connection = await Connection.connect({ address: server.address })
  const dataConverter = createDataConverter(createFolderContentStore(join(folder, 'content')))
  return {
    client: new Client({ connection, dataConverter }),
    providerUrl,
    stop: async () => {
      await connection.close()
      await worker.stop()
      await simulated.stop()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface StartedProcess {
  /** The line of JSON that it prints when it is ready. */
  readonly ready: Readonly<Record<string, unknown>>
  stop(): Promise<void>
}

async function startProcess(path: string, parameters: readonly string[]): Promise<StartedProcess> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve(path)), ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready: Record<string, unknown> = JSON.parse(await firstLine(child, path))
  return {
    ready,
    stop: () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}

function firstLine(child: ChildProcess, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) throw new Error(`${path} has no output`)
    createInterface(child.stdout).once('line', resolve)
    child.once('exit', (code) => reject(new Error(`${path} ended with ${code} before it was ready`)))
  })
}
