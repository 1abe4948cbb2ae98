import { BARE_QUEUE, SPLIT_CALL_QUEUE, SPLIT_QUEUE } from './bare-queue.ts'
import { type Contender, timeRuns } from '../fan-out.ts'
import type { BareFanOutInput } from './bare-fan-out.ts'
import type { Client } from '@temporalio/client'
import { randomUUID } from 'node:crypto'
import { startChild } from '../child.ts'

export interface BareParts {
  readonly client: Client
  /** `host:port` of the Temporal server. */
  readonly address: string
  readonly upstreamUrl: string
  /** Takes over the workers, to stop them at the end. */
  readonly stack: AsyncDisposableStack
}

/** Temporal with nothing around it: a workflow that makes each call in an activity, on one worker for both. */
export async function startBare(parts: BareParts): Promise<Contender> {
  await startWorker(parts, 'both')
  return contender('bare Temporal', BARE_QUEUE, parts)
}

/**
 * The same with the calls in a worker of their own, as whoever separates providers from decisions must have them: none
 * of them comes with the answer to the workflow's task, as the first three of each do where one worker has both.
 */
export async function startSplitBare(parts: BareParts): Promise<Contender> {
  await startWorker(parts, 'workflows')
  await startWorker(parts, 'calls')
  return contender('bare Temporal, two workers', SPLIT_QUEUE, parts, { callQueue: SPLIT_CALL_QUEUE })
}

async function startWorker(
  { address, stack }: BareParts,
  role: 'both' | 'workflows' | 'calls',
): Promise<void> {
  const worker = await startChild({ script: 'temporal/bare-worker-main.ts', parameters: [address, role] })
  stack.defer(async () => void (await worker.stop()))
}

function contender(
  name: string,
  taskQueue: string,
  { client, upstreamUrl }: BareParts,
  queue: Pick<BareFanOutInput, 'callQueue'> = {},
): Contender {
  return {
    name,
    run: ({ runs, width, latencyMs }) =>
      timeRuns(runs, async () => {
        const input: BareFanOutInput = { url: upstreamUrl, width, latencyMs, ...queue }
        await client.workflow.execute('bareFanOut', {
          taskQueue,
          workflowId: `bench/${randomUUID()}`,
          args: [input],
        })
      }),
  }
}
