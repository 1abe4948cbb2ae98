import { inject } from 'vitest'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import { type Database, openDatabase } from '../../store/database.ts'
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import type { ContentStore } from '../../payloads/content-store.ts'
import { createNamespace } from '../fixtures/namespace.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

/** A worker that answers reports from an empty database, and a client that asks it. */
export interface ReportWorker {
  readonly switchyard: Switchyard
  readonly database: Database
  /** Texts that the client has stored. */
  readonly puts: readonly string[]
  stop(): Promise<void>
}

export async function startReportWorker(
  activitiesOn: (database: Database) => NonNullable<WorkerOptions['activities']>,
): Promise<ReportWorker> {
  const address = inject('temporalAddress')
  const namespace = await createNamespace(address)
  const database = await openDatabase({ dataDir: ':memory:' })
  const connection = await NativeConnection.connect({ address })
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUES.orchestrator,
    activities: activitiesOn(database),
  })
  const running = worker.run()
  const puts: string[] = []
  const switchyard = await createSwitchyard({ address, namespace, contents: recordingContents(puts) })
  return {
    switchyard,
    database,
    puts,
    stop: async () => {
      await switchyard.close()
      worker.shutdown()
      await running
      await connection.close()
      await database.close()
    },
  }
}

/** A store that gives back nothing. @param puts hears what is put */
export function recordingContents(puts: string[] = []): ContentStore {
  return {
    put: async (inline) => {
      puts.push(inline)
      return { inline }
    },
    get: async () => '',
    putBytes: async () => '',
    getBytes: async () => new Uint8Array(),
  }
}
