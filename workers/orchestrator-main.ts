import { runProcess } from './process/run-process.ts'
import { startOrchestrator } from './process/start-orchestrator.ts'

await runProcess('orchestrator', startOrchestrator)
