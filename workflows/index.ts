export { modelCall } from './model-call.ts'
