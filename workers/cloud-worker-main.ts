import { reportToSupervisor } from './supervision/supervisor-channel.ts'
import { runProcess } from './process/run-process.ts'
import { startCloud } from './process/start-cloud.ts'

await runProcess('cloud', (context) => startCloud(context, reportToSupervisor))
