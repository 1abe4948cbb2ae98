import type { ModelCallActivities } from '../activities/model-call.ts'
import { z } from 'zod'

const CALL: keyof ModelCallActivities = 'callModel'

const argumentSchema = z.object({ attemptId: z.string() })

/** Whether an activity is the call of a model. */
export function isModelCall(activityType: string): boolean {
  return activityType === CALL
}

/** The attempt that the argument of a call names; `undefined` when it cannot be told. */
export function readAttemptId(argument: unknown): string | undefined {
  return argumentSchema.safeParse(argument).data?.attemptId
}
