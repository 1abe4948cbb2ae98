export { modelCall } from './model-call.ts'
export { retention } from './retention.ts'
export { sweep } from './sweep.ts'
export { taskRun } from './task-run.ts'
