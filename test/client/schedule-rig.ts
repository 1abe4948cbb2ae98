import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type ScheduleDescription } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { createDataConverter } from '../../payloads/data-converter.ts'
import { createFolderContentStore } from '../../payloads/content-store.ts'
import { createNamespace } from '../fixtures/namespace.ts'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import type { WorkerSurroundings } from '../../workers/worker-options.ts'

/** Three schedules, one at an interval and two by a calendar. */
export const SCHEDULE_FILE = {
  schedules: {
    'health-check': {
      kind: 'healthCheck',
      every: '1h',
      jitter: '2s',
      catchup: '10s',
      input: { timeoutMs: 5_000 },
    },
    nightly: {
      kind: 'modelUpdate',
      cron: '15,45 3-5 * jan-mar mon-fri',
      timezone: 'Europe/Berlin',
      catchup: '2h',
    },
    monthly: { kind: 'optimise', cron: '*/20 */6 1 * *', timeout: '1d', paused: true },
  },
}

/** A namespace of its own, as a client, a person and an orchestrator see it. */
export interface ScheduleRig extends AsyncDisposable {
  readonly switchyard: Switchyard
  readonly client: Client
  readonly surroundings: Pick<WorkerSurroundings, 'connection' | 'namespace' | 'dataConverter'>
  /** A schedule as Temporal has it now. */
  readonly describe: (name: string) => Promise<ScheduleDescription>
}

export async function startScheduleRig(address: string): Promise<ScheduleRig> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-schedules-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const connection = await NativeConnection.connect({ address })
  stack.defer(() => connection.close())
  const namespace = await createNamespace(address)
  const switchyard = await createSwitchyard({ address, namespace, contentDir: folder })
  stack.defer(() => switchyard.close())
  const dataConverter = createDataConverter(createFolderContentStore(folder))
  const client = new Client({ connection, namespace, dataConverter })
  const owned = stack.move()
  return {
    switchyard,
    client,
    surroundings: { connection, namespace, dataConverter },
    describe: (name) => client.schedule.getHandle(`maintenance/${name}`).describe(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
