import type { BareActivities } from './bare-activities.ts'
import { proxyActivities } from '@temporalio/workflow'

export interface BareFanOutInput {
  readonly url: string
  readonly width: number
  readonly latencyMs: number
  /** The queue of the calls. Default: the workflow's own, so that the server hands some of them over with the answer. */
  readonly callQueue?: string
}

/** The engine's floor: one workflow, one regular activity for each call. */
export async function bareFanOut({
  url,
  width,
  latencyMs,
  callQueue,
}: BareFanOutInput): Promise<readonly string[]> {
  const { callUpstream } = proxyActivities<BareActivities>({
    ...(callQueue === undefined ? {} : { taskQueue: callQueue }),
    startToCloseTimeout: '1m',
    retry: { maximumAttempts: 1 },
  })
  return Promise.all(Array.from({ length: width }, () => callUpstream(url, latencyMs)))
}
