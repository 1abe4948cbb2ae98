import { reportToSupervisor } from './supervision/supervisor-channel.ts'
import { runProcess } from './process/run-process.ts'
import { startCloud } from './process/start-cloud.ts'

const restarts = Number.parseInt(process.argv[2] ?? '0', 10) || 0

await runProcess('cloud', (context) => startCloud(context, reportToSupervisor, restarts))
