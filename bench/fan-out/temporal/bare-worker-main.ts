import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { bareActivities } from './bare-activities.ts'
import { BARE_QUEUE } from './bare-queue.ts'
import { fileURLToPath } from 'node:url'

const [address] = process.argv.slice(2)
if (address === undefined) throw new Error('usage: bare-worker-main.ts ADDRESS')
Runtime.install({ logger: new DefaultLogger('ERROR') })

const connection = await NativeConnection.connect({ address })
const worker = await Worker.create({
  connection,
  taskQueue: BARE_QUEUE,
  workflowsPath: fileURLToPath(import.meta.resolve('./bare-fan-out.ts')),
  activities: bareActivities,
  // As many slots as Switchyard's cloud worker has here: no call of a case waits for one.
  maxConcurrentActivityTaskExecutions: 200,
})
process.once('SIGTERM', () => worker.shutdown())
const running = worker.run()
console.log('bench child ready: ')
await running
await connection.close()
