import type { SubtaskProgress, TaskProgress } from '../../domain/plan/task-progress.ts'

const NOTHING = { attempts: 0, inputTokens: 0, outputTokens: 0, costNanoUsd: 0 }

/** A task in the middle of its work, with what a test says about it. */
export function taskProgress(change: Partial<TaskProgress>): TaskProgress {
  return {
    taskId: 't1',
    phase: 'executing',
    notes: [],
    planning: NOTHING,
    subtasks: [],
    synthesis: NOTHING,
    approvals: [],
    startedAtMs: 1000,
    ...change,
  }
}

/** One subtask. */
export function subtask(id: string, change: Partial<SubtaskProgress> = {}): SubtaskProgress {
  return { ...NOTHING, id, title: `Title of ${id}`, phase: 'waiting', dependsOn: [], ...change }
}
