import { z } from 'zod'
import { durationMsSchema, idSchema } from './text-schema.ts'
import type { Caller } from '../../workflows/contract.ts'
import { PRIORITIES, type Priority } from '../../domain/limits/ticket.ts'

/** Who asks, and how long they wait. */
export interface CallerOptions extends Caller {
  /** All of it ends within this time, waiting included. Milliseconds. */
  readonly deadlineMs?: number
  /** Where calls wait for a quota pool: 1 goes first, 5 last; default 3. */
  readonly priority?: Priority
}

export interface CallOptions extends CallerOptions {
  /** The idempotency key, honoured for 30 days; made up when absent. */
  readonly requestId?: string
}

export interface TaskOptions extends CallerOptions {
  /** The idempotency key; made up when absent. */
  readonly taskId?: string
}

const callerShape = {
  tenant: idSchema('tenant').exactOptional(),
  user: idSchema('user').exactOptional(),
  feature: idSchema('feature').exactOptional(),
  deadlineMs: durationMsSchema.exactOptional(),
  priority: z.literal(PRIORITIES).exactOptional(),
}

export const callOptionsSchema: z.ZodType<CallOptions> = z.strictObject({
  ...callerShape,
  requestId: idSchema('requestId').exactOptional(),
})

export const taskOptionsSchema: z.ZodType<TaskOptions> = z.strictObject({
  ...callerShape,
  taskId: idSchema('taskId').exactOptional(),
})
