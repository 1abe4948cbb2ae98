import { join } from 'node:path'
import {
  startSimulatedServer,
  type SimulatedServer,
  type SimulatedServerOptions,
} from '../../../providers/simulated/server.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

export interface TestServer extends AsyncDisposable {
  readonly server: SimulatedServer
  readonly journalFile: string
}

/** A simulated provider with a journal of its own; both disappear with `await using`. */
export async function startTestServer(options: Partial<SimulatedServerOptions> = {}): Promise<TestServer> {
  const folder = await createTemporaryFolder()
  const journalFile = join(folder.path, 'journal.jsonl')
  const server = await startSimulatedServer({ journalFile, seed: 7, ...options })
  return {
    server,
    journalFile,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
