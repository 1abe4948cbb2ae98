import type { Client } from '@temporalio/client'
import { callWorkflowId } from '../../../domain/ids.ts'

/** A call that a worker has taken and not ended. */
export interface StartedCall {
  readonly requestId: string
  /** Of the worker. */
  readonly pid: number
}

/** Which of these requests are being worked on, and by which process. */
export async function startedCalls(
  client: Client,
  requestIds: readonly string[],
): Promise<readonly StartedCall[]> {
  const found = await Promise.all(requestIds.map((requestId) => pendingCalls(client, requestId)))
  return found.flat()
}

async function pendingCalls(client: Client, requestId: string): Promise<readonly StartedCall[]> {
  try {
    const { raw } = await client.workflow.getHandle(callWorkflowId('default', requestId)).describe()
    return (raw.pendingActivities ?? []).flatMap(({ lastWorkerIdentity, lastStartedTime }) => {
      const pid = pidOf(lastWorkerIdentity ?? '')
      return pid === undefined || !lastStartedTime ? [] : [{ requestId, pid }]
    })
  } catch {
    // It is not accepted yet.
    return []
  }
}

/** `switchyard-gpu-node@host#4711` */
export function pidOf(identity: string): number | undefined {
  const [, pid] = /#(\d+)$/.exec(identity) ?? []
  return pid === undefined ? undefined : Number(pid)
}
