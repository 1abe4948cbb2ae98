import { proxyActivities } from '@temporalio/workflow'
import type { BareActivities } from '../rig/bare-activities.ts'
import { BENCH_QUEUE } from '../rig/bench-catalog.ts'

export const { callBare } = proxyActivities<BareActivities>({
  taskQueue: BENCH_QUEUE,
  startToCloseTimeout: '1m',
  retry: { maximumAttempts: 1 },
})

/** The engine's floor: a workflow that calls one activity. */
export async function bareCall(prompt: string): Promise<string> {
  return callBare(prompt)
}
