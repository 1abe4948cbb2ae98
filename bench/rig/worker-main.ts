import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { BENCH_QUEUE, benchCatalog } from './bench-catalog.ts'
import { createAdmissionActivities } from '../../activities/admission.ts'
import { createBareActivities } from './bare-activities.ts'
import { createDataConverter } from '../../payloads/data-converter.ts'
import { createFolderContentStore, sha256Hex } from '../../payloads/content-store.ts'
import { createGroupedLedger } from '../../store/ledger/grouped-ledger.ts'
import { createLedger } from '../../store/ledger/sql-ledger.ts'
import { createModelCallActivities } from '../../activities/model-call.ts'
import { createPlanningActivities } from '../../activities/planning.ts'
import { createSettlementActivities } from '../../activities/settlement.ts'
import { createSimulatedProvider } from '../../providers/simulated/provider.ts'
import { openDatabase } from '../../store/database.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

const [address, providerUrl, folder] = process.argv.slice(2)
if (address === undefined || providerUrl === undefined || folder === undefined) {
  throw new Error('usage: worker-main.ts ADDRESS PROVIDER_URL FOLDER')
}
Runtime.install({ logger: new DefaultLogger('ERROR') })

const catalog = benchCatalog(providerUrl)
const contents = createFolderContentStore(join(folder, 'content'))
const database = await openDatabase({ dataDir: join(folder, 'database') })
const books = { ledger: createGroupedLedger(createLedger(database), database), catalog, hash: sha256Hex }
const provider = createSimulatedProvider({ name: 'simulated', baseUrl: providerUrl })
const connection = await NativeConnection.connect({ address })
const shared = {
  connection,
  dataConverter: createDataConverter(contents),
  maxHeartbeatThrottleInterval: '1s',
} as const

const workers = await Promise.all([
  Worker.create({
    ...shared,
    taskQueue: TASK_QUEUES.orchestrator,
    workflowsPath: fileURLToPath(import.meta.resolve('../workflows/index.ts')),
    activities: {
      ...createAdmissionActivities(books),
      ...createSettlementActivities(books),
      ...createPlanningActivities({ catalog, contents }),
    },
  }),
  Worker.create({
    ...shared,
    taskQueue: TASK_QUEUES.provider('simulated'),
    activities: createModelCallActivities({ providerFor: () => provider, contents }),
    maxConcurrentActivityTaskExecutions: 200,
  }),
  Worker.create({
    ...shared,
    taskQueue: BENCH_QUEUE,
    activities: createBareActivities(provider),
    maxConcurrentActivityTaskExecutions: 200,
  }),
])
process.once('SIGTERM', () => {
  for (const worker of workers) worker.shutdown()
})
const running = Promise.all(workers.map((worker) => worker.run()))
console.log(JSON.stringify({ ready: true }))
await running
await connection.close()
await database.close()
