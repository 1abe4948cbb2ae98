import { type Contender, timeRuns } from '../fan-out.ts'
import { BARE_QUEUE } from './bare-queue.ts'
import type { BareFanOutInput } from './bare-fan-out.ts'
import type { Client } from '@temporalio/client'
import { randomUUID } from 'node:crypto'
import { startChild } from '../child.ts'

export interface BareParts {
  readonly client: Client
  /** `host:port` of the Temporal server. */
  readonly address: string
  readonly upstreamUrl: string
  /** Takes over the worker, to stop it at the end. */
  readonly stack: AsyncDisposableStack
}

/** Temporal with nothing around it: a workflow that makes each call in an activity, on a worker of its own. */
export async function startBare({ client, address, upstreamUrl, stack }: BareParts): Promise<Contender> {
  const worker = await startChild({ script: 'temporal/bare-worker-main.ts', parameters: [address] })
  stack.defer(async () => void (await worker.stop()))
  return {
    name: 'bare Temporal',
    run: ({ runs, width, latencyMs }) =>
      timeRuns(runs, async () => {
        const input: BareFanOutInput = { url: upstreamUrl, width, latencyMs }
        await client.workflow.execute('bareFanOut', {
          taskQueue: BARE_QUEUE,
          workflowId: `bench/${randomUUID()}`,
          args: [input],
        })
      }),
  }
}
