import { runProcess } from './process/run-process.ts'
import { startCloudSupervisor } from './process/start-cloud-supervisor.ts'

await runProcess('cloud-supervisor', startCloudSupervisor)
