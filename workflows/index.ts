export { modelCall } from './model-call.ts'
export { taskRun } from './task-run.ts'
