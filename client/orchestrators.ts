import type { Client } from '@temporalio/client'
import { TASK_QUEUES } from '../domain/ids.ts'
import { toClientError } from './read-failure.ts'

/** Temporal lists pollers for minutes after they are gone; a living one asks again at least once a minute. */
const POLLS_WITHIN_MS = 75_000

/** Counts the orchestrator workers that polled lately. @throws NotConnectedError */
export async function countOrchestrators(client: Client, address: string): Promise<number> {
  try {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: TASK_QUEUES.orchestrator },
    })
    const since = Date.now() - POLLS_WITHIN_MS
    const living = (pollers ?? []).filter(
      ({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= since,
    )
    return new Set(living.map(({ identity }) => identity)).size
  } catch (error) {
    throw toClientError(error, address, 'the orchestrator queue')
  }
}
