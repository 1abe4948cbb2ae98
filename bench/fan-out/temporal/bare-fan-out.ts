import type { BareActivities } from './bare-activities.ts'
import { proxyActivities } from '@temporalio/workflow'

const { callUpstream } = proxyActivities<BareActivities>({
  startToCloseTimeout: '1m',
  retry: { maximumAttempts: 1 },
})

export interface BareFanOutInput {
  readonly url: string
  readonly width: number
  readonly latencyMs: number
}

/** The engine's floor: one workflow, one regular activity for each call. */
export async function bareFanOut({ url, width, latencyMs }: BareFanOutInput): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: width }, () => callUpstream(url, latencyMs)))
}
