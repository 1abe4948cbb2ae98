import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker'
import { BARE_QUEUE, SPLIT_CALL_QUEUE, SPLIT_QUEUE } from './bare-queue.ts'
import { bareActivities } from './bare-activities.ts'
import { fileURLToPath } from 'node:url'

const [address, role = ''] = process.argv.slice(2)
const workflows = { workflowsPath: fileURLToPath(import.meta.resolve('./bare-fan-out.ts')) }
const calls = {
  activities: bareActivities,
  // As many slots as Switchyard's cloud worker has here: no call of a case waits for one.
  maxConcurrentActivityTaskExecutions: 200,
}
const ROLES = new Map<string, WorkerOptions>([
  ['both', { taskQueue: BARE_QUEUE, ...workflows, ...calls }],
  ['workflows', { taskQueue: SPLIT_QUEUE, ...workflows }],
  ['calls', { taskQueue: SPLIT_CALL_QUEUE, ...calls }],
])
const options = ROLES.get(role)
if (address === undefined || options === undefined) {
  throw new Error(`usage: bare-worker-main.ts ADDRESS ${[...ROLES.keys()].join(' | ')}`)
}
Runtime.install({ logger: new DefaultLogger('ERROR') })

const connection = await NativeConnection.connect({ address })
const worker = await Worker.create({ ...options, connection })
process.once('SIGTERM', () => worker.shutdown())
const running = worker.run()
console.log('bench child ready: ')
await running
await connection.close()
