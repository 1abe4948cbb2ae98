import type { Content } from '../domain/content-ref.ts'
import { type ProgressSummary, summarise } from '../domain/plan/progress.ts'
import type { TaskProgress, TaskResult } from '../domain/plan/task-progress.ts'

/** The end of a task, its texts at hand. `phase` is `completed`, or `partial` when some subtasks failed for good. */
export interface TaskOutcome extends TaskProgress {
  readonly workflowId: string
  /** Absent when no synthesis was asked for. */
  readonly answer?: string
  /** Outputs of the completed subtasks, by id. */
  readonly outputs: Readonly<Record<string, string>>
  readonly durationMs: number
  /** All steps together: tokens, cost, calls. */
  readonly totals: ProgressSummary
}

/** Fetches a result's texts. @throws what `read` throws */
export async function resolveTaskResult(
  { taskId, workflowId }: { readonly taskId: string; readonly workflowId: string },
  { answer, outputs, ...result }: TaskResult,
  read: (content: Content) => Promise<string>,
): Promise<TaskOutcome> {
  const texts = await Promise.all(
    Object.entries(outputs).map(async ([id, content]) => [id, await read(content)] as const),
  )
  return {
    ...result,
    taskId,
    workflowId,
    totals: summarise({ ...result, taskId }),
    outputs: Object.fromEntries(texts),
    ...(answer === undefined ? {} : { answer: await read(answer) }),
  }
}
