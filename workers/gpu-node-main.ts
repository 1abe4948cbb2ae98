import { runProcess } from './process/run-process.ts'
import { startGpuNodeProcess } from './process/start-gpu-node.ts'

await runProcess('gpu-node', startGpuNodeProcess)
