import type { TaskEvent, TaskProgress } from '../domain/plan/task-progress.ts'
import { createEventMemory, isTaskOver } from './event-memory.ts'
import type { Client } from '@temporalio/client'
import { PROGRESS_TOPIC, progressQuery } from '../workflows/contract.ts'
import { WorkflowStreamClient } from '@temporalio/workflow-streams/client'

/** Where the events of one task come from. */
export interface TaskEventSource {
  /** The progress stream from an offset on; ends when the task does, and sometimes before. */
  stream(fromOffset: number): AsyncIterable<{ readonly data: TaskEvent; readonly offset: number }>
  /** The task as it stands. */
  progress(): Promise<TaskProgress>
  /** Whether the workflow has ended. */
  isClosed(): Promise<boolean>
  wait(durationMs: number): Promise<void>
}

/** Between two looks at a task whose stream does not work. */
const POLL_MS = 1_000

/** After that many broken streams the task is polled. */
const MAX_STREAM_FAILURES = 3

/**
 * Every transition of one task, from the beginning as far as the stream remembers it, until the task is over. What
 * the stream lost, or could not deliver because the task ended, is made up from the progress query.
 */
export async function* readTaskEvents(source: TaskEventSource): AsyncGenerator<TaskEvent, void, undefined> {
  const memory = createEventMemory()
  let offset = 0
  let failures = 0
  for (;;) {
    if (failures < MAX_STREAM_FAILURES) {
      try {
        for await (const item of source.stream(offset)) {
          offset = item.offset + 1
          failures = 0
          memory.remember(item.data)
          yield item.data
        }
      } catch {
        // The query below says whether there is more to it than a broken stream.
        failures++
      }
    }
    const progress = await progressOrEnd(source)
    if (progress === undefined) return
    yield* memory.catchUp(progress, Date.now())
    if (isTaskOver(progress.phase)) return
    await source.wait(POLL_MS)
  }
}

async function progressOrEnd(source: TaskEventSource): Promise<TaskProgress | undefined> {
  try {
    const progress = await source.progress()
    return isTaskOver(progress.phase) || !(await source.isClosed()) ? progress : undefined
  } catch (error) {
    // A terminated workflow may have nobody left to ask; its result says what happened.
    if (await source.isClosed()) return undefined
    throw error
  }
}

/** A workflow takes 2,000 polls in one run: a watcher must not use them up on bursts. */
const POLL_COOLDOWN = '500ms'

/** The events of one task workflow. */
export function temporalEventSource(client: Client, workflowId: string): TaskEventSource {
  const handle = client.workflow.getHandle(workflowId)
  return {
    stream: (fromOffset) =>
      WorkflowStreamClient.create(client, workflowId).subscribe<TaskEvent>(PROGRESS_TOPIC, fromOffset, {
        resultType: true,
        pollCooldown: POLL_COOLDOWN,
      }),
    progress: () => handle.query(progressQuery),
    isClosed: async () => (await handle.describe()).status.name !== 'RUNNING',
    wait: (durationMs) =>
      new Promise((resolve) => {
        setTimeout(resolve, durationMs)
      }),
  }
}
