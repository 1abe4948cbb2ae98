import { defaultPayloadConverter } from '@temporalio/common'
import type { Client } from '@temporalio/client'
import type { CallModelInput } from '../../../activities/model-call.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'

/** Attempt ids of the calls whose completion stands in the history of a workflow. */
export async function recordedCalls(client: Client, workflowId: string): Promise<readonly string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
  const attempts = new Map<string, string>()
  const completed: string[] = []
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes
    const input = scheduled?.activityType?.name === 'callModel' ? scheduled.input?.payloads?.[0] : undefined
    if (input) {
      const { attemptId } = defaultPayloadConverter.fromPayload<CallModelInput>(input)
      attempts.set(String(event.eventId), attemptId)
    }
    const end = event.activityTaskCompletedEventAttributes
    if (end) completed.push(attempts.get(String(end.scheduledEventId)) ?? '')
  }
  return completed.filter((attemptId) => attemptId !== '')
}

/** What the provider has served for the operations of these attempts, those attempts included. */
export function servedFor(
  attemptIds: readonly string[],
  journal: readonly JournalEntry[],
): readonly JournalEntry[] {
  const operations = new Set(attemptIds.map(operationOf))
  return journal.filter(({ attemptId }) => operations.has(operationOf(attemptId)))
}

function operationOf(attemptId: string): string {
  return attemptId.slice(0, attemptId.lastIndexOf('@'))
}
