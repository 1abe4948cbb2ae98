import { join } from 'node:path'
import { ensureTemporalCli, startTemporalServer } from '../../../tools/temporal-server.ts'

/** A Temporal server on a file, to be killed. */
export interface TemporalProcess {
  /** `host:port`, the same after each restart. */
  readonly address: string
  /** SIGKILL; returns when it is gone. `restart` brings it back on its file and its port. */
  kill(): Promise<{ restart(): Promise<void> }>
  stop(): Promise<void>
}

export async function startTemporalProcess(folder: string): Promise<TemporalProcess> {
  const options = {
    cliPath: await ensureTemporalCli({ onProgress: () => {} }),
    dbFile: join(folder, 'temporal.db'),
    headless: true,
  }
  let server = await startTemporalServer(options)
  const { address } = server
  return {
    address,
    kill: async () => {
      server.kill()
      await server.exited
      return {
        restart: async () => {
          server = await startTemporalServer({ ...options, port: Number(address.split(':')[1]) })
        },
      }
    },
    stop: () => server.stop(),
  }
}
