import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client'
import type { Intervention } from './plan-request.ts'
import { untilAnswered } from './patience.ts'

const LOOK_MS = 300

/**
 * Terminates, resets or cancels a workflow as a person may, once a call of it is in flight. `false` when it had ended
 * before.
 */
export async function intervene(
  client: Client,
  workflowId: string,
  intervention: Intervention,
  signal: AbortSignal,
): Promise<boolean> {
  const handle = client.workflow.getHandle(workflowId)
  const requestId = randomUUID()
  let wasTried = false
  return untilAnswered(signal, async () => {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
      const description = await handle.describe()
      if (description.status.name !== 'RUNNING') return wasTried
      if (hasCallInFlight(description)) break
      // oxlint-disable-next-line no-await-in-loop
      await sleep(LOOK_MS)
    }
    wasTried = true
    if (intervention === 'terminate') await handle.terminate('a storm')
    else if (intervention === 'cancel') await handle.cancel()
    else await reset(client, handle, requestId)
    return true
  })
}

function hasCallInFlight({ raw }: WorkflowExecutionDescription): boolean {
  return (raw.pendingActivities ?? []).some(({ lastStartedTime }) => Boolean(lastStartedTime))
}

/** Starts it again from before its call was admitted. */
async function reset(client: Client, handle: WorkflowHandle, requestId: string): Promise<void> {
  const { workflowId } = handle
  const [{ runId }, { events }] = [await handle.describe(), await handle.fetchHistory()]
  const firstDecision = events?.find(({ workflowTaskCompletedEventAttributes: completed }) => completed)
  await client.workflowService.resetWorkflowExecution({
    namespace: client.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a storm',
    requestId,
    ...(firstDecision?.eventId ? { workflowTaskFinishEventId: firstDecision.eventId } : {}),
  })
}
