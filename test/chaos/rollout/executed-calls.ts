import type { Client } from '@temporalio/client'
import type { LoggedPhase } from './node-log.ts'
import { pidOf } from './started-calls.ts'

/** A call that a worker took from the queue of a version. */
export interface ExecutedCall {
  readonly workflowId: string
  readonly taskQueue: string
  readonly pid: number
  readonly startedAtMs: number
}

/** Histories that are read at the same time. */
const AT_ONCE = 8

/** Reads from the histories of calls who made them, and when. */
export async function readExecutedCalls(
  client: Client,
  workflowIds: readonly string[],
): Promise<readonly ExecutedCall[]> {
  const left = [...workflowIds]
  const found: ExecutedCall[] = []
  const readOn = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      // oxlint-disable-next-line no-await-in-loop
      found.push(...(await readHistory(client, id)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, readOn))
  return found
}

async function readHistory(client: Client, workflowId: string): Promise<readonly ExecutedCall[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
  const queues = new Map(
    (events ?? []).map(({ eventId, activityTaskScheduledEventAttributes: scheduled }) => [
      String(eventId),
      scheduled?.taskQueue?.name ?? '',
    ]),
  )
  return (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started, eventTime }) => {
    const pid = pidOf(started?.identity ?? '')
    const taskQueue = queues.get(String(started?.scheduledEventId)) ?? ''
    if (pid === undefined || !eventTime) return []
    const startedAtMs = Number(eventTime.seconds ?? 0) * 1_000 + (eventTime.nanos ?? 0) / 1_000_000
    return [{ workflowId, taskQueue, pid, startedAtMs }]
  })
}

/** Two clocks on one machine, one of which counts in milliseconds. */
const TOLERANCE_MS = 5

/**
 * Calls that were taken by a process which had not loaded, warmed and probed their version by then. A node lets its
 * worker poll after it has logged that probing is over, which is the last `probing` before `ready`.
 */
export function findUnreadyExecutions(
  calls: readonly ExecutedCall[],
  phases: readonly LoggedPhase[],
): readonly string[] {
  return calls.flatMap(({ workflowId, taskQueue, pid, startedAtMs }) => {
    const own = phases.filter((one) => one.pid === pid && taskQueue === `model.${one.model}.${one.version}`)
    const readyAt = own.findIndex(({ phase }) => phase === 'ready')
    const probedAtMs = own.slice(0, Math.max(0, readyAt)).findLast(({ phase }) => phase === 'probing')?.atMs
    if (probedAtMs !== undefined && startedAtMs >= probedAtMs - TOLERANCE_MS) return []
    return [`process ${pid} took ${workflowId} from ${taskQueue} before it had the version ready`]
  })
}
